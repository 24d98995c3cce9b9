/** The parts of a configuration that many clients share. */

import type { JsonObject } from '../foundation/json/json.js'
import type { PerSystem } from './client.js'
import type { Server } from './recipe.js'

/** `{ headers }`, or nothing where there are none. */
export function headersObject({ headers }: Server): JsonObject {
  if (headers.length === 0) return {}
  return { headers: Object.fromEntries(headers.map(({ name, value }) => [name, value])) }
}

/** A document of one group of servers, such as `mcpServers`, with one entry: what is given, then the headers. */
export function inGroup(
  group: string,
  entry: (server: Server) => JsonObject,
): (server: Server) => JsonObject {
  return (server) => ({ [group]: { [server.name]: { ...entry(server), ...headersObject(server) } } })
}

/** `mcpServers`, with a `url` and headers. */
export const urlAndHeaders = inGroup('mcpServers', ({ url }) => ({ url }))

/** A path below the home folder. */
export function inHome(path: string): PerSystem {
  const windows = `%USERPROFILE%\\${path.replaceAll('/', '\\')}`
  return { mac: `~/${path}`, linux: `~/${path}`, windows }
}

/** The same path on every system. */
export function everywhere(path: string): PerSystem {
  return { mac: path, linux: path, windows: path }
}

/** The words of the options for headers, such as `--header 'x: y'`. */
export function headerWords({ headers }: Pick<Server, 'headers'>): readonly string[] {
  return headers.flatMap(({ name, value }) => ['--header', `${name}: ${value}`])
}
