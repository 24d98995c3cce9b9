/** Writes `server.json`, the entry of a server in the MCP registry. */

/** The version of the schema that the result follows. */
const SCHEMA = 'https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json'

/** What an entry of the registry is made of. */
export interface ServerJsonOptions {
  /** A domain name of yours in reverse order, a slash, and a name: `com.acme/sales`. The registry asks for a proof that the domain is yours. */
  readonly name: string
  /** What the server is for: 1 to 100 characters. */
  readonly description: string
  /** The version of the entry, exact: `1.2.0`, and no range. Each change of the entry needs a new one. */
  readonly version: string
  /** The public URL of the endpoint. A part in braces is a variable: `https://app.example/api/workspaces/{workspaceId}/mcp`. */
  readonly url: string
  /** What each variable of the URL means, by its name. Default: a sentence for `workspaceId`. */
  readonly variables?: Readonly<Record<string, string>>
  /** `key`: the entry asks for an API key. `oauth`: it names the URL only. Default `key`. */
  readonly auth?: 'key' | 'oauth'
  /** Whether all keys are bound to one member, so that no member header is asked for. Default `false`. */
  readonly boundKey?: boolean
  /** The prefix of the member headers, as in the option `brand`. Default `x-allv-`. */
  readonly headerPrefix?: string
  /** A name for people: 1 to 100 characters. */
  readonly title?: string
  /** The URL of a page about the server. */
  readonly websiteUrl?: string
}

/** A value that a user of the entry is asked for. */
export interface ServerJsonInput {
  /** What it is. */
  readonly description: string
  /** Whether there is no connection without it. */
  readonly isRequired: boolean
  /** Whether it must not be shown. */
  readonly isSecret?: boolean
}

/** A header of the entry. */
export interface ServerJsonHeader extends ServerJsonInput {
  /** The name of the header. */
  readonly name: string
  /** The value, with variables in braces. Without it, the user is asked for the whole value. */
  readonly value?: string
  /** The variables of the value. */
  readonly variables?: Readonly<Record<string, ServerJsonInput>>
}

/** The endpoint of an entry. */
export interface ServerJsonRemote {
  /** The transport. */
  readonly type: 'streamable-http'
  /** The URL, with variables in braces. */
  readonly url: string
  /** The variables of the URL. */
  readonly variables?: Readonly<Record<string, ServerJsonInput>>
  /** The headers. None with OAuth. */
  readonly headers?: readonly ServerJsonHeader[]
}

/** An entry of the MCP registry, to be published by its program `mcp-publisher`. */
export interface ServerJson {
  /** The schema that it follows, of 2025-12-11. */
  readonly $schema: string
  /** The name in the registry. */
  readonly name: string
  /** A name for people. */
  readonly title?: string
  /** What the server is for. */
  readonly description: string
  /** The version of the entry. */
  readonly version: string
  /** The URL of a page about the server. */
  readonly websiteUrl?: string
  /** The one endpoint. */
  readonly remotes: readonly [ServerJsonRemote]
}

/**
 * The entry of a server in the MCP registry. Throws a TypeError that names the mistake and the cure.
 *
 * @example
 * const entry = serverJson({
 *   name: 'com.acme/sales',
 *   description: 'Deals of a team, with approvals by people.',
 *   version: '1.0.0',
 *   url: 'https://app.example/api/workspaces/{workspaceId}/mcp',
 * })
 */
export function serverJson(options: ServerJsonOptions): ServerJson {
  const { name, description, version, url, title, websiteUrl } = options
  checkTexts(options)
  const variables = urlVariables(url, options.variables ?? { workspaceId: 'The id of the workspace.' })
  const headers = options.auth === 'oauth' ? [] : keyHeaders(options)
  return {
    $schema: SCHEMA,
    name,
    ...(title !== undefined && { title }),
    description,
    version,
    ...(websiteUrl !== undefined && { websiteUrl }),
    remotes: [
      {
        type: 'streamable-http',
        url,
        ...(Object.keys(variables).length > 0 && { variables }),
        ...(headers.length > 0 && { headers }),
      },
    ],
  }
}

function checkTexts({ name, description, version, url, title, websiteUrl, auth }: ServerJsonOptions): void {
  if (!isText(name, 200) || !/^[a-zA-Z0-9.-]+\/[a-zA-Z0-9._-]+$/.test(name))
    throw new TypeError('name must be a domain name in reverse order, one slash and a name: "com.acme/sales"')
  if (!isText(description, 100)) throw new TypeError('description must be 1 to 100 characters')
  if (!isText(version, 255) || /[\^~<>=*| ]|^latest$|(?:^|\.)x(?:\.|$)/i.test(version))
    throw new TypeError('version must be exact, such as "1.2.0", and no range')
  if (title !== undefined && !isText(title, 100)) throw new TypeError('title must be 1 to 100 characters')
  if (websiteUrl !== undefined && !isUrl(websiteUrl)) throw new TypeError('websiteUrl must be an https: URL')
  if (!isUrl(url) || /\s/.test(url))
    throw new TypeError('url must be the public https: URL of the endpoint, without spaces or a password')
  if (auth !== undefined && auth !== 'key' && auth !== 'oauth')
    throw new TypeError('auth must be "key" or "oauth"')
}

function isText(value: unknown, most: number): value is string {
  return typeof value === 'string' && value.trim() !== '' && [...value].length <= most
}

function isUrl(value: unknown): value is string {
  if (typeof value !== 'string') return false
  try {
    const { protocol, username, password } = new URL(value)
    return protocol === 'https:' && username === '' && password === ''
  } catch {
    return false
  }
}

/** One input for each variable of the URL. */
function urlVariables(
  url: string,
  meanings: Readonly<Record<string, string>>,
): Readonly<Record<string, ServerJsonInput>> {
  const names = [...url.matchAll(/\{([^{}]*)\}/g)].map(([, name = '']) => name)
  const strange = names.find((name) => !Object.hasOwn(meanings, name))
  if (strange !== undefined)
    throw new TypeError(`variables must say what {${strange}} of the url means: { ${strange}: "The …" }`)
  return Object.fromEntries(
    names.map((name) => [name, { description: meanings[name] ?? name, isRequired: true }]),
  )
}

function keyHeaders({
  boundKey = false,
  headerPrefix = 'x-allv-',
}: ServerJsonOptions): readonly ServerJsonHeader[] {
  const key: ServerJsonHeader = {
    name: 'Authorization',
    description: 'The API key of the workspace.',
    isRequired: true,
    isSecret: true,
    value: 'Bearer {api_key}',
    variables: {
      api_key: { description: 'The API key of the workspace.', isRequired: true, isSecret: true },
    },
  }
  if (boundKey) return [key]
  const member: ServerJsonHeader = {
    name: `${headerPrefix}user-email`,
    description:
      'The email address of the member to work as. Not needed with a key that is bound to one member.',
    isRequired: false,
  }
  return [key, member]
}
