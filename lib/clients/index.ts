/** `allv-mcp/clients`: configurations of MCP clients for an endpoint, as pure functions that also run in browsers. */

export type {
  Client,
  ClientFile,
  ClientId,
  KeySupport,
  OperatingSystem,
  PerSystem,
  SecretReference,
} from './client.js'
export {
  type ClientConfig,
  type ConfigCommand,
  type ConfigFile,
  clientConfig,
  type Placeholder,
} from './client-config.js'
export { CLIENTS, isClientId } from './client-table.js'
export type { Connection, ConnectionMember } from './connection.js'
export type { FormField, Link } from './recipe.js'
export {
  type ServerJson,
  type ServerJsonHeader,
  type ServerJsonInput,
  type ServerJsonOptions,
  type ServerJsonRemote,
  serverJson,
} from './server-json.js'
export type { Shell } from './shell-words.js'
