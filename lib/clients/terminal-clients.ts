/** Agents that run in a terminal. */

import type { JsonObject } from '../foundation/json/json.js'
import type { Recipe, Server } from './recipe.js'
import { everywhere, headersObject, headerWords, inGroup, inHome } from './server-entry.js'

/** Letters, digits, `_` and `-`: what these programs allow in a name. */
const plainName = (name: string) => name.replaceAll(/[^A-Za-z0-9_-]+/g, '-').replace(/^-+/, '') || 'server'

const claudeCode: Recipe = {
  client: {
    id: 'claude-code',
    title: 'Claude Code',
    format: 'json',
    files: [
      { scope: 'project', path: everywhere('.mcp.json') },
      { scope: 'user', path: inHome('.claude.json') },
    ],
    secret: 'variable',
    keys: 'any-key',
    oauth: 'yes',
    restart: 'Start claude again, and look at /mcp. A server of .mcp.json has to be allowed once.',
    notes: ['Without the variable it sends the text of the reference itself, and the server answers 401.'],
  },
  reference: (variable) => `\${${variable}}`,
  expands: /\$\{/,
  allowedName: plainName,
  document: inGroup('mcpServers', ({ url }) => ({ type: 'http', url })),
  // --header takes all the words that follow, so it comes last.
  command: (server) => [
    ['claude', 'mcp', 'add', '--transport', 'http', server.name, server.url, ...headerWords(server)],
  ],
  after: ({ key }) => (key === null ? ['Choose the server in /mcp, and then Authenticate.'] : []),
}

/** Codex has a member of its own for the key, which names the variable and adds `Bearer`. */
function codexEntry({ url, key, keyVariable, member }: Server): JsonObject {
  return {
    url,
    ...(key !== null && { bearer_token_env_var: keyVariable }),
    ...(member !== null && { http_headers: { [member.name]: member.value } }),
  }
}

const codex: Recipe = {
  client: {
    id: 'codex',
    title: 'Codex',
    format: 'toml',
    files: [
      { scope: 'user', path: inHome('.codex/config.toml') },
      { scope: 'project', path: everywhere('.codex/config.toml') },
    ],
    secret: 'variable',
    keys: 'any-key',
    oauth: 'yes',
    restart: 'Start codex again, and look at /mcp.',
    notes: [
      'The file of a project counts only in folders that you trust.',
      'A table with the name "headers" is ignored without a word.',
    ],
  },
  reference: (variable) => variable,
  allowedName: plainName,
  document: (server) => ({ mcp_servers: { [server.name]: codexEntry(server) } }),
  // The command has no option for a header.
  command: ({ name, url, key, keyVariable, member }) => {
    const add = ['codex', 'mcp', 'add', name, '--url', url]
    if (member !== null) return []
    return key === null
      ? [add, ['codex', 'mcp', 'login', name]]
      : [[...add, '--bearer-token-env-var', keyVariable]]
  },
  after: ({ key, name }) => (key === null ? [`Sign in: codex mcp login ${name}`] : []),
}

/** Gemini CLI, and what was made of it. */
const geminiLike = (
  program: string,
): Pick<Recipe, 'reference' | 'expands' | 'allowedName' | 'document' | 'command' | 'after'> => ({
  reference: (variable) => `\${${variable}}`,
  expands: /\$/,
  allowedName: (name) => plainName(name).replaceAll('_', '-'),
  document: inGroup('mcpServers', ({ url }) => ({ httpUrl: url })),
  command: (server) => [
    [program, 'mcp', 'add', '--transport', 'http', server.name, server.url, ...headerWords(server)],
  ],
  after: ({ key, name }) => (key === null ? [`Sign in: /mcp auth ${name}`] : []),
})

const geminiCli: Recipe = {
  client: {
    id: 'gemini-cli',
    title: 'Gemini CLI',
    format: 'json',
    files: [
      { scope: 'user', path: inHome('.gemini/settings.json') },
      { scope: 'project', path: everywhere('.gemini/settings.json') },
    ],
    secret: 'variable',
    keys: 'any-key',
    oauth: 'yes',
    restart: 'Start gemini again, and look at /mcp.',
    notes: [
      'Since June 2026 it is for enterprises and for API keys of Google only. Antigravity replaces it for others.',
    ],
  },
  ...geminiLike('gemini'),
}

const qwenCode: Recipe = {
  client: {
    id: 'qwen-code',
    title: 'Qwen Code',
    format: 'json',
    files: [
      { scope: 'user', path: inHome('.qwen/settings.json') },
      { scope: 'project', path: everywhere('.qwen/settings.json') },
    ],
    secret: 'variable',
    keys: 'any-key',
    oauth: 'yes',
    restart: 'Start qwen again, and look at /mcp.',
    notes: [],
  },
  ...geminiLike('qwen'),
}

const antigravity: Recipe = {
  client: {
    id: 'antigravity',
    title: 'Antigravity',
    format: 'json',
    files: [
      { scope: 'user', path: inHome('.gemini/config/mcp_config.json') },
      { scope: 'project', path: everywhere('.agents/mcp_config.json') },
    ],
    secret: 'literal',
    keys: 'any-key',
    oauth: 'unproven',
    restart: 'Choose Refresh in the list of MCP servers, or start agy again.',
    notes: [
      'Older releases read a file below ~/.gemini/antigravity.',
      'Its list of servers does not show whether the key is right.',
    ],
  },
  document: inGroup('mcpServers', ({ url }) => ({ serverUrl: url })),
  // With a key it would stand in the list of processes.
  command: ({ name, url, key }) => (key === null ? [['agy', 'mcp', 'add', name, url]] : []),
}

const copilotCli: Recipe = {
  client: {
    id: 'copilot-cli',
    title: 'GitHub Copilot CLI',
    format: 'json',
    files: [
      { scope: 'user', path: inHome('.copilot/mcp-config.json') },
      { scope: 'project', path: everywhere('.mcp.json') },
    ],
    secret: 'variable',
    keys: 'any-key',
    oauth: 'yes',
    restart: 'Start copilot again, and look at /mcp.',
    notes: ['The folder of a project has to be trusted.'],
  },
  reference: (variable) => `\${${variable}}`,
  expands: /\$/,
  allowedName: plainName,
  command: (server) => [
    ['copilot', 'mcp', 'add', '--transport', 'http', server.name, server.url, ...headerWords(server)],
  ],
  document: (server) => ({
    mcpServers: { [server.name]: { type: 'http', url: server.url, ...headersObject(server), tools: ['*'] } },
  }),
}

const droid: Recipe = {
  client: {
    id: 'droid',
    title: 'Factory Droid',
    format: 'json',
    files: [
      { scope: 'user', path: inHome('.factory/mcp.json') },
      { scope: 'project', path: everywhere('.factory/mcp.json') },
    ],
    secret: 'variable',
    keys: 'any-key',
    oauth: 'yes',
    restart: 'Start droid again, and look at: droid mcp list',
    notes: [],
  },
  reference: (variable) => `\${${variable}}`,
  expands: /\$\{/,
  allowedName: plainName,
  document: inGroup('mcpServers', ({ url }) => ({ type: 'http', url, disabled: false })),
  command: ({ name, url, ...server }) => [
    ['droid', 'mcp', 'add', name, url, '--type', 'http', ...headerWords(server)],
  ],
}

const opencode: Recipe = {
  client: {
    id: 'opencode',
    title: 'opencode',
    format: 'jsonc',
    files: [
      { scope: 'user', path: inHome('.config/opencode/opencode.json') },
      { scope: 'project', path: everywhere('opencode.json') },
    ],
    secret: 'variable',
    keys: 'any-key',
    oauth: 'yes',
    restart: 'Start opencode again, and look at: opencode mcp list',
    notes: ['Without the variable it sends an empty key, and the server answers 401.'],
  },
  reference: (variable) => `{env:${variable}}`,
  expands: /\{(?:env|file):/,
  document: (server) => ({
    $schema: 'https://opencode.ai/config.json',
    mcp: {
      [server.name]: {
        type: 'remote',
        url: server.url,
        enabled: true,
        ...headersObject(server),
        // Otherwise it looks for OAuth after a 401, and hides the reason.
        ...(server.key !== null && { oauth: false }),
      },
    },
  }),
  after: ({ key, name }) => (key === null ? [`Sign in: opencode mcp auth ${name}`] : []),
}

/** By id. */
export const TERMINAL_CLIENTS = {
  'claude-code': claudeCode,
  codex,
  'gemini-cli': geminiCli,
  'qwen-code': qwenCode,
  antigravity,
  'copilot-cli': copilotCli,
  droid,
  opencode,
}
