/** Makes the configuration of one client for one endpoint. */

import type { JsonObject } from '../foundation/json/json.js'
import type { Client, ClientFile, ClientId, OperatingSystem } from './client.js'
import { recipeOf } from './client-table.js'
import { warningsOf, worksWith } from './config-warnings.js'
import {
  type CheckedConnection,
  type Connection,
  KEY_PLACEHOLDER,
  MEMBER_PLACEHOLDER,
  readConnection,
} from './connection.js'
import type { FormField, Link, Recipe, Server } from './recipe.js'
import { type Shell, shellCommand } from './shell-words.js'
import { writeJson } from './write-json.js'
import { writeToml } from './write-toml.js'
import { writeYaml } from './write-yaml.js'

/** A file, or a text to paste. One of them is enough. */
export interface ConfigFile {
  /** For whom it counts, or that it is pasted. */
  readonly scope: ClientFile['scope']
  /** Its path on the system of the connection. */
  readonly path: string
  /** The notation of the text. */
  readonly format: 'json' | 'jsonc' | 'toml' | 'yaml'
  /** The whole file, if there is none yet. Otherwise its one entry belongs into the file that is there. */
  readonly text: string
}

/** A command that adds the server. */
export interface ConfigCommand {
  /** The shell that it is quoted for. */
  readonly shell: Shell
  /** One line. */
  readonly text: string
}

/** A text in the configuration that has to be replaced. */
export interface Placeholder {
  /** The text, such as `YOUR_ALLV_KEY`. */
  readonly text: string
  /** What belongs there. */
  readonly means: string
}

/** The configuration of one client for one endpoint. A client has files, or a form. Commands and links are other ways to the same. */
export interface ClientConfig {
  /** The client. */
  readonly client: Client
  /** The system that paths and commands are for. */
  readonly os: OperatingSystem
  /** Whether the client can connect in this way. If not, `warnings` begin with the reason and the cure. */
  readonly works: boolean
  /** What to do first. */
  readonly before: readonly string[]
  /** The places where the configuration can be. */
  readonly files: readonly ConfigFile[]
  /** The fields to fill in, for a client without a file. */
  readonly form: readonly FormField[]
  /** Commands that write the configuration, one after the other. Empty if there are none, or none that can write all of it. */
  readonly commands: readonly ConfigCommand[]
  /** Links that open the client and add the server. */
  readonly links: readonly Link[]
  /** What has to be replaced by hand. */
  readonly placeholders: readonly Placeholder[]
  /** What to do then. */
  readonly after: readonly string[]
  /** What is wrong or risky. */
  readonly warnings: readonly string[]
}

/**
 * The configuration of a client. Throws a TypeError for an unknown client, and for a connection that cannot be written down.
 *
 * @example
 * const { files, links, after } = clientConfig('cursor', {
 *   name: 'sales',
 *   url: 'https://app.example/api/workspaces/ws_acme/mcp',
 *   member: { email: 'maria@acme.test' },
 *   os: 'mac',
 * })
 */
export function clientConfig(id: ClientId, connection: Connection): ClientConfig {
  const recipe = recipeOf(id)
  const checked = readConnection(connection)
  const { client } = recipe
  const safe = serverOf(recipe, checked, KEY_PLACEHOLDER)
  const shown = serverOf(recipe, checked, checked.revealKey ?? KEY_PLACEHOLDER)
  return {
    client,
    os: checked.os,
    works: worksWith(client, checked),
    before: [...variableStep(recipe, checked), ...(recipe.before?.(safe) ?? [])],
    files: recipe.document === undefined ? [] : filesOf(recipe, checked.os, recipe.document(shown)),
    form: recipe.form?.(shown) ?? [],
    commands: commandsOf(recipe, safe),
    links: recipe.links?.(safe) ?? [],
    placeholders: placeholdersOf(recipe, checked),
    after: [...(recipe.after?.(safe) ?? []), client.restart],
    warnings: warningsOf(recipe, checked, safe),
  }
}

/** @param literal what stands for the key where the client takes nothing but the key itself */
function serverOf(recipe: Recipe, connection: CheckedConnection, literal: string): Server {
  const { name, url, os, keyVariable, auth } = connection
  const key = auth === 'oauth' ? null : (recipe.reference?.(keyVariable) ?? literal)
  const member =
    auth === 'oauth' || connection.member === null || recipe.client.keys !== 'any-key'
      ? null
      : { name: connection.member.header, value: connection.member.value }
  const authorization = key === null ? [] : [{ name: 'Authorization', value: `Bearer ${key}` }]
  return {
    name: recipe.allowedName?.(name) ?? name,
    url,
    os,
    keyVariable,
    key,
    member,
    headers: member === null ? authorization : [...authorization, member],
  }
}

function variableStep({ client }: Recipe, { auth, keyVariable }: CheckedConnection): readonly string[] {
  if (auth === 'oauth' || client.secret !== 'variable') return []
  return [`Set the environment variable ${keyVariable} to the key where ${client.title} is started.`]
}

function filesOf({ client }: Recipe, os: OperatingSystem, document: JsonObject): readonly ConfigFile[] {
  const { format } = client
  if (format === 'form') return []
  const text = WRITERS[format](document)
  return client.files.map(({ scope, path }) => ({ scope, path: path[os], format, text }))
}

const WRITERS = { json: writeJson, jsonc: writeJson, toml: writeToml, yaml: writeYaml } as const

function commandsOf(recipe: Recipe, server: Server): readonly ConfigCommand[] {
  const shell = server.os === 'windows' ? 'powershell' : 'posix'
  return (recipe.command?.(server) ?? []).map((words) => ({ shell, text: shellCommand(words, shell) }))
}

function placeholdersOf({ client }: Recipe, connection: CheckedConnection): readonly Placeholder[] {
  if (connection.auth === 'oauth') return []
  const key = { text: KEY_PLACEHOLDER, means: 'the API key' }
  const email = { text: MEMBER_PLACEHOLDER, means: 'the email address of the member' }
  const takesKey = client.secret === 'literal' || (client.secret === 'stored' && client.keys !== 'none')
  return [
    ...(takesKey && connection.revealKey === null ? [key] : []),
    ...(connection.member?.value === MEMBER_PLACEHOLDER && client.keys === 'any-key' ? [email] : []),
  ]
}
