/** Says what is wrong or risky in a configuration. */

import type { Client } from './client.js'
import { type CheckedConnection, isUnencrypted } from './connection.js'
import type { Recipe, Server } from './recipe.js'

/** Whether a client can connect in this way. */
export function worksWith(client: Client, { auth, boundKey }: CheckedConnection): boolean {
  if (auth === 'oauth') return true
  return client.keys === 'any-key' || (client.keys === 'one-member-key' && boundKey)
}

/** Sentences, the most important first. */
export function warningsOf(recipe: Recipe, connection: CheckedConnection, server: Server): readonly string[] {
  return [
    ...refusals(recipe.client, connection),
    ...changedName(recipe, connection, server),
    ...expansions(recipe, connection),
    ...addressForKeys(connection),
    ...unencrypted(connection),
    ...literalKey(recipe.client, connection),
  ]
}

function refusals(client: Client, connection: CheckedConnection): readonly string[] {
  const { title, keys, oauth } = client
  if (connection.auth === 'oauth') {
    return oauth === 'unproven'
      ? [`It is not proven that ${title} can sign in by OAuth: if it fails, use a key.`]
      : []
  }
  if (keys === 'none') return [`${title} cannot send a key: use OAuth.`]
  if (worksWith(client, connection)) return []
  return [
    `${title} cannot send the header that names the member: use a key that is bound to one member, or OAuth.`,
  ]
}

function changedName({ client }: Recipe, { name }: CheckedConnection, server: Server): readonly string[] {
  if (server.name === name) return []
  return [
    `${client.title} does not allow the name ${JSON.stringify(name)}: the server is called ${server.name} there.`,
  ]
}

function expansions(
  { client, expands }: Recipe,
  { url, name, member }: CheckedConnection,
): readonly string[] {
  const changed = [name, url, member?.value ?? ''].find((text) => expands?.test(text) === true)
  if (changed === undefined) return []
  return [
    `${client.title} replaces parts of ${JSON.stringify(changed)} by the values of variables: use a text without them.`,
  ]
}

/** The address of a workspace's endpoint for keys. */
const FOR_KEYS = /\/workspaces\/[^/?#]+\/mcp\/?(?:[?#].*)?$/i

function addressForKeys({ url, auth }: CheckedConnection): readonly string[] {
  if (auth !== 'oauth' || !FOR_KEYS.test(url)) return []
  return [
    'This address takes keys: the one for OAuth ends with /mcp/oauth, unless the server has both at one address.',
  ]
}

function unencrypted({ url, auth }: CheckedConnection): readonly string[] {
  if (!isUnencrypted(url)) return []
  return [
    `The ${auth === 'key' ? 'key' : 'token'} is sent unencrypted: use an https: URL outside this machine.`,
  ]
}

function literalKey({ secret, files }: Client, { auth }: CheckedConnection): readonly string[] {
  if (auth === 'oauth' || secret !== 'literal' || !files.some(({ scope }) => scope === 'project')) return []
  return ['The file contains the key itself: do not commit it.']
}
