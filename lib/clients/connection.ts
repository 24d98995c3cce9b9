/** What a configuration is made for: one endpoint, and who calls it. Checks it. */

import type { OperatingSystem } from './client.js'

/** The member that a client works as. */
export type ConnectionMember =
  | {
      /** The member's email address. */
      readonly email: string
    }
  | {
      /** The member's id. */
      readonly id: string
    }

/** What a configuration is made for. */
export interface Connection {
  /** The name of the server in the client: 1 to 64 characters, such as `sales`. */
  readonly name: string
  /** The URL of the endpoint: `https:` or `http:`, without a user name and password. */
  readonly url: string
  /** `key`: a workspace API key. `oauth`: the client signs in, and its configuration holds the URL only. Default `key`. */
  readonly auth?: 'key' | 'oauth'
  /** The environment variable that holds the key, for clients that read one. Default `ALLV_API_KEY`. */
  readonly keyVariable?: string
  /** The member that the client works as. Without it, configurations contain `YOUR_EMAIL`. */
  readonly member?: ConnectionMember
  /** Whether the key is bound to one member. Then no member header is sent. Default `false`. */
  readonly boundKey?: boolean
  /** The prefix of the member headers, as in the option `brand`. Default `x-allv-`. */
  readonly headerPrefix?: string
  /** The system of the client. It decides on paths and on the shell of commands. Default `linux`. */
  readonly os?: OperatingSystem
  /**
   * The key itself. It is written into the files and forms of clients that take nothing but the key itself (`secret` is `literal` or `stored`), and
   * never into a link or command. Leave it out, and these configurations contain `YOUR_ALLV_KEY`.
   */
  readonly revealKey?: string
}

/** A connection, checked and complete. */
export interface CheckedConnection {
  readonly name: string
  readonly url: string
  readonly auth: 'key' | 'oauth'
  readonly keyVariable: string
  /** `null`: no member header is sent. */
  readonly member: { readonly header: string; readonly value: string } | null
  readonly boundKey: boolean
  readonly os: OperatingSystem
  readonly revealKey: string | null
}

/** Stands in a configuration for the email address of the member. */
export const MEMBER_PLACEHOLDER = 'YOUR_EMAIL'
/** Stands in a configuration for the key. */
export const KEY_PLACEHOLDER = 'YOUR_ALLV_KEY'

const KNOWN: readonly string[] = Object.keys({
  name: true,
  url: true,
  auth: true,
  keyVariable: true,
  member: true,
  boundKey: true,
  headerPrefix: true,
  os: true,
  revealKey: true,
} satisfies Record<keyof Connection, true>)

/** Checks a connection and fills in defaults. Throws a TypeError that names the mistake and the cure. */
export function readConnection(connection: Connection): CheckedConnection {
  const unknown = Object.keys(connection).find((key) => !KNOWN.includes(key))
  if (unknown !== undefined)
    throw new TypeError(`unknown member "${unknown}" of the connection; it has ${KNOWN.join(', ')}`)
  const { auth = 'key', boundKey = false, os = 'linux' } = connection
  if (auth !== 'key' && auth !== 'oauth') throw new TypeError('auth must be "key" or "oauth"')
  if (typeof boundKey !== 'boolean') throw new TypeError('boundKey must be true or false')
  if (os !== 'mac' && os !== 'linux' && os !== 'windows')
    throw new TypeError('os must be "mac", "linux" or "windows"')
  return {
    name: readName(connection.name),
    url: readUrl(connection.url),
    auth,
    keyVariable: readVariable(connection.keyVariable ?? 'ALLV_API_KEY'),
    member: auth === 'oauth' || boundKey ? null : readMember(connection),
    boundKey,
    os,
    revealKey: readKey(connection.revealKey),
  }
}

/** Addresses of the machine itself. */
const LOCAL = /^(?:localhost|.*\.localhost|127(?:\.\d+){3}|\[::1\])$/

/** Whether what is sent to a URL can be read on its way. */
export function isUnencrypted(url: string): boolean {
  const { protocol, hostname } = new URL(url)
  return protocol !== 'https:' && !LOCAL.test(hostname)
}

/** Control characters, line separators, and halves of characters: none of them survives in every notation. */
const UNWRITABLE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u

function readName(name: unknown): string {
  if (typeof name !== 'string' || name.trim() !== name || name === '' || [...name].length > 64)
    throw new TypeError('name must be 1 to 64 characters, without a space at either end, such as "sales"')
  if (UNWRITABLE.test(name)) throw new TypeError('name must not contain control characters')
  // Programs would read it as an option, or as a member that every object has.
  if (name.startsWith('-') || name === '__proto__')
    throw new TypeError('name must not begin with "-", and must not be "__proto__"')
  return name
}

function readUrl(url: unknown): string {
  const parsed = typeof url === 'string' && !UNWRITABLE.test(url) && url.trim() === url ? parse(url) : null
  if (typeof url !== 'string' || parsed === null || !/^https?:$/.test(parsed.protocol))
    throw new TypeError('url must be a whole URL with https: or http:, such as "https://app.example/mcp"')
  if (parsed.username !== '' || parsed.password !== '')
    throw new TypeError('url must not contain a user name or password, which clients would show and log')
  if (/[a-z]{2}_(?:live|test)_[0-9A-Za-z]{8}/.test(url))
    throw new TypeError(
      'url must not contain an API key, which clients would show and log: it is sent in a header',
    )
  return url
}

function parse(url: string): URL | null {
  try {
    return new URL(url)
  } catch {
    return null
  }
}

function readVariable(variable: unknown): string {
  if (typeof variable !== 'string' || !/^[A-Za-z_][A-Za-z0-9_]{0,99}$/.test(variable))
    throw new TypeError(
      'keyVariable must be the name of an environment variable, such as "ALLV_API_KEY", and not the key itself',
    )
  return variable
}

function readMember({ member, headerPrefix = 'x-allv-' }: Connection): CheckedConnection['member'] {
  if (typeof headerPrefix !== 'string' || !/^[a-z0-9!#$%&'*+.^_`|~-]{0,63}-$/.test(headerPrefix))
    throw new TypeError('headerPrefix must be that of the option brand, such as "x-acme-"')
  if (member === undefined) return { header: `${headerPrefix}user-email`, value: MEMBER_PLACEHOLDER }
  const [kind, value] = 'email' in member ? (['email', member.email] as const) : (['id', member.id] as const)
  // A header value: visible ASCII, with spaces inside only.
  if (typeof value !== 'string' || !/^[!-~](?:[ -~]{0,254}[!-~])?$/.test(value))
    throw new TypeError(
      `member.${kind} must be 1 to 256 ASCII characters, without a space at either end, since it is sent as a header`,
    )
  return { header: `${headerPrefix}user-${kind}`, value }
}

function readKey(key: unknown): string | null {
  if (key === undefined) return null
  if (typeof key !== 'string' || !/^[!-~]{1,512}$/.test(key))
    throw new TypeError('revealKey must be 1 to 512 visible ASCII characters')
  return key
}
