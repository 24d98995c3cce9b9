/** Editors. */

import type { JsonObject } from '../foundation/json/json.js'
import { cursorLinks, kiroLinks, vscodeLinks } from './install-links.js'
import type { Recipe, Server } from './recipe.js'
import { everywhere, headersObject, inGroup, inHome, urlAndHeaders } from './server-entry.js'

/** A program that is started from the desktop does not see what only a shell sets. */
const SHELL_ONLY =
  'If it is started from the desktop, set the variable for the whole session: a variable that only your shell sets is not seen.'

const cursor: Recipe = {
  client: {
    id: 'cursor',
    title: 'Cursor',
    format: 'json',
    files: [
      {
        scope: 'user',
        path: inHome('.cursor/mcp.json'),
      },
      { scope: 'project', path: everywhere('.cursor/mcp.json') },
    ],
    secret: 'variable',
    keys: 'any-key',
    oauth: 'yes',
    restart: 'Open Settings, MCP, and switch the server on. A server of a project has to be allowed once.',
    notes: [SHELL_ONLY],
  },
  reference: (variable) => `\${env:${variable}}`,
  expands: /\$\{/,
  document: urlAndHeaders,
  links: cursorLinks,
}

/** VS Code asks for the key, and keeps it in its own store. */
const vscodeInput = (server: Server): readonly JsonObject[] =>
  server.key === null
    ? []
    : [
        {
          type: 'promptString',
          id: vscodeInputId(server.keyVariable),
          description: `API key of ${server.name}`,
          password: true,
        },
      ]

const vscodeInputId = (variable: string) => variable.toLowerCase().replaceAll('_', '-')

const vscodeEntry = (server: Server): JsonObject => ({
  type: 'http',
  url: server.url,
  ...headersObject(server),
})

const vscode: Recipe = {
  client: {
    id: 'vscode',
    title: 'VS Code',
    format: 'jsonc',
    files: [
      { scope: 'project', path: everywhere('.vscode/mcp.json') },
      {
        scope: 'user',
        path: {
          mac: '~/Library/Application Support/Code/User/mcp.json',
          linux: '~/.config/Code/User/mcp.json',
          windows: '%APPDATA%\\Code\\User\\mcp.json',
        },
      },
    ],
    secret: 'prompt',
    keys: 'any-key',
    oauth: 'yes',
    restart: 'Choose Start above the entry, and enter the key when VS Code asks for it.',
    notes: [
      'A remote window, WSL and each profile have a user file of their own.',
      'If it shows old tools, run the command "MCP: Reset Cached Tools".',
    ],
  },
  reference: (variable) => `\${input:${vscodeInputId(variable)}}`,
  expands: /\$\{/,
  document: (server) => {
    const inputs = vscodeInput(server)
    return { ...(inputs.length > 0 && { inputs }), servers: { [server.name]: vscodeEntry(server) } }
  },
  links: (server) => vscodeLinks(server, vscodeEntry(server), vscodeInput(server)),
}

const zed: Recipe = {
  client: {
    id: 'zed',
    title: 'Zed',
    format: 'jsonc',
    files: [
      {
        scope: 'user',
        path: {
          mac: '~/.config/zed/settings.json',
          linux: '~/.config/zed/settings.json',
          windows: '%APPDATA%\\Zed\\settings.json',
        },
      },
      { scope: 'project', path: everywhere('.zed/settings.json') },
    ],
    secret: 'literal',
    keys: 'any-key',
    oauth: 'yes',
    restart: 'Zed reads the file when it is saved. The server is listed in the settings of the agent panel.',
    notes: ['It uses tools and prompts, and no resources.'],
  },
  document: inGroup('context_servers', ({ url }) => ({ url })),
}

const kiro: Recipe = {
  client: {
    id: 'kiro',
    title: 'Kiro',
    format: 'json',
    files: [
      {
        scope: 'user',
        path: inHome('.kiro/settings/mcp.json'),
      },
      { scope: 'project', path: everywhere('.kiro/settings/mcp.json') },
    ],
    secret: 'variable',
    keys: 'any-key',
    oauth: 'yes',
    restart: 'Kiro connects again when the file is saved. The server is listed under MCP Servers.',
    notes: [SHELL_ONLY],
  },
  reference: (variable) => `\${${variable}}`,
  expands: /\$\{/,
  document: urlAndHeaders,
  links: kiroLinks,
  before: ({ key, keyVariable }) =>
    key === null
      ? []
      : [
          `Add ${keyVariable} to the setting "Mcp Approved Env Vars" of Kiro, which reads no other variables.`,
        ],
}

const devin: Recipe = {
  client: {
    id: 'devin',
    title: 'Devin Desktop',
    format: 'json',
    files: [
      {
        scope: 'user',
        path: {
          mac: '~/.config/devin/mcp_config.json',
          linux: '~/.config/devin/mcp_config.json',
          windows: '%APPDATA%\\devin\\mcp_config.json',
        },
      },
      { scope: 'project', path: everywhere('.devin/mcp_config.json') },
    ],
    secret: 'literal',
    keys: 'any-key',
    oauth: 'yes',
    restart: 'Choose Refresh in the list of MCP servers.',
    notes: [
      'It was Windsurf until 3.9. After a refusal it tries an older transport, so that a wrong key can show as status 405.',
    ],
  },
  document: inGroup('mcpServers', ({ url }) => ({ url, transport: 'http' })),
}

const windsurf: Recipe = {
  client: {
    id: 'windsurf',
    title: 'Windsurf 3.9 and older',
    format: 'json',
    files: [
      {
        scope: 'user',
        path: inHome('.codeium/windsurf/mcp_config.json'),
      },
    ],
    secret: 'variable',
    keys: 'any-key',
    oauth: 'yes',
    restart: 'Choose Refresh in the list of MCP servers.',
    notes: [SHELL_ONLY, 'Newer releases are called Devin Desktop, and read another file.'],
  },
  reference: (variable) => `\${env:${variable}}`,
  expands: /\$\{/,
  document: inGroup('mcpServers', ({ url }) => ({ serverUrl: url })),
}

/** By id. */
export const EDITORS = { cursor, vscode, zed, kiro, devin, windsurf }
