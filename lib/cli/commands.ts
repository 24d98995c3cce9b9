/** The commands of `npx allv-mcp`. Each loads when it is called. */

import type { Command } from './kit/command.js'

interface Entry {
  /** One line for `allv-mcp --help`. */
  readonly summary: string
  readonly load: () => Promise<Command>
}

/** By name. */
export const COMMANDS: ReadonlyMap<string, Entry> = new Map<string, Entry>([
  [
    'init',
    {
      summary: 'writes a working app into an empty folder',
      load: async () => (await import('./init/init.js')).init,
    },
  ],
  [
    'keys',
    {
      summary: 'creates, lists, rotates and revokes API keys',
      load: async () => (await import('./keys/keys.js')).keys,
    },
  ],
  [
    'migrate',
    {
      summary: 'brings the tables up to date, or prints their SQL',
      load: async () => (await import('./migrate/migrate.js')).migrate,
    },
  ],
  [
    'doctor',
    {
      summary: 'examines an MCP endpoint, and says what is wrong and what to do',
      load: async () => (await import('./doctor/doctor.js')).doctor,
    },
  ],
  [
    'config',
    {
      summary: 'prints the configuration of an MCP client',
      load: async () => (await import('./config/command.js')).command,
    },
  ],
  [
    'server-json',
    {
      summary: 'prints the entry of a server for the MCP registry',
      load: async () => (await import('./server-json/command.js')).command,
    },
  ],
  [
    'verify',
    {
      summary: "runs the contract suites and the guarantees against a host's own adapters and app",
      load: async () => (await import('./verify/command.js')).verifyCommand,
    },
  ],
])
