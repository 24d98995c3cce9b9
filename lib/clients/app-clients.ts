/** Chat programs and their web sites. */

import type { JsonObject } from '../foundation/json/json.js'
import { isUnencrypted } from './connection.js'
import { lmStudioLinks } from './install-links.js'
import type { FormField, Recipe, Server } from './recipe.js'
import { everywhere, headersObject, inHome, urlAndHeaders } from './server-entry.js'

/** The fields of a connector: the headers are of the name `Authorization` only. */
function connectorForm({ name, url, key }: Server): readonly FormField[] {
  const fields = [
    { label: 'Name', value: name },
    { label: 'URL', value: url },
  ]
  return key === null
    ? fields
    : [...fields, { label: 'Request header Authorization', value: `Bearer ${key}` }]
}

const claudeConnectors: Recipe = {
  client: {
    id: 'claude-connectors',
    title: 'Claude (claude.ai and Claude Desktop): connectors',
    format: 'form',
    files: [],
    secret: 'stored',
    keys: 'one-member-key',
    oauth: 'yes',
    restart: 'Choose Connect in the list of connectors.',
    notes: [
      'The calls come from the network of Anthropic: the endpoint must be public, and no bot filter may stop them.',
      'Request headers are in beta, and not in every account. Without them, use OAuth or the entry for Claude Desktop.',
    ],
  },
  form: connectorForm,
  before: () => ['Open Settings, Connectors, Add custom connector.'],
}

/** mcp-remote puts the values of variables into its own headers, so that no argument contains the key. */
function bridgeEntry({ url, key, member }: Server): JsonObject {
  const plain = isUnencrypted(url) ? ['--allow-http'] : []
  const args = ['-y', 'mcp-remote', url, '--transport', 'http-only', ...plain]
  if (key === null) return { command: 'npx', args }
  const auth = ['--header', `Authorization:\${ALLV_AUTHORIZATION}`]
  const memberArgs = member === null ? [] : ['--header', `${member.name}:\${ALLV_MEMBER}`]
  const env = { ALLV_AUTHORIZATION: `Bearer ${key}`, ...(member !== null && { ALLV_MEMBER: member.value }) }
  return { command: 'npx', args: [...args, ...auth, ...memberArgs], env }
}

const claudeDesktop: Recipe = {
  client: {
    id: 'claude-desktop',
    title: 'Claude Desktop, by mcp-remote',
    format: 'json',
    files: [
      {
        scope: 'user',
        path: {
          mac: '~/Library/Application Support/Claude/claude_desktop_config.json',
          linux: '~/.config/Claude/claude_desktop_config.json',
          windows: '%APPDATA%\\Claude\\claude_desktop_config.json',
        },
      },
    ],
    secret: 'literal',
    keys: 'any-key',
    oauth: 'yes',
    restart: 'Quit Claude Desktop, also in the menu bar or tray, and start it again.',
    notes: [
      'The file takes local programs only, so that mcp-remote connects to the URL. It needs Node.js.',
      'There is no release for Linux by Anthropic; the path is that of packages by others.',
    ],
  },
  document: (server) => ({ mcpServers: { [server.name]: bridgeEntry(server) } }),
}

const chatgpt: Recipe = {
  client: {
    id: 'chatgpt',
    title: 'ChatGPT',
    format: 'form',
    files: [],
    secret: 'stored',
    keys: 'none',
    oauth: 'yes',
    restart: 'Choose the app in the menu of tools of a new chat.',
    notes: ['The calls come from the network of OpenAI: the endpoint must be public.'],
  },
  form: ({ name, url }) => [
    { label: 'Name', value: name },
    { label: 'MCP server URL', value: url },
    { label: 'Authentication', value: 'OAuth' },
  ],
  before: () => ['Open Settings, Apps, switch Developer mode on, and choose Create app.'],
}

const goose: Recipe = {
  client: {
    id: 'goose',
    title: 'goose',
    format: 'yaml',
    files: [
      {
        scope: 'user',
        path: {
          mac: '~/.config/goose/config.yaml',
          linux: '~/.config/goose/config.yaml',
          windows: '%APPDATA%\\Block\\goose\\config\\config.yaml',
        },
      },
    ],
    secret: 'variable',
    keys: 'any-key',
    oauth: 'yes',
    restart: 'Begin a new session.',
    notes: ['The member that holds the URL is "uri".'],
  },
  reference: (variable) => `\${${variable}}`,
  expands: /\$/,
  document: (server) => ({
    extensions: {
      [server.name]: {
        type: 'streamable_http',
        name: server.name,
        description: server.name,
        enabled: true,
        uri: server.url,
        ...headersObject(server),
        ...(server.key !== null && { env_keys: [server.keyVariable] }),
        timeout: 300,
      },
    },
  }),
}

const lmStudio: Recipe = {
  client: {
    id: 'lm-studio',
    title: 'LM Studio',
    format: 'json',
    files: [
      {
        scope: 'user',
        path: inHome('.lmstudio/mcp.json'),
      },
    ],
    secret: 'literal',
    keys: 'any-key',
    oauth: 'unproven',
    restart: 'LM Studio connects when the file is saved. Switch the server on in the chat.',
    notes: ['It asks for each call by itself, besides the approvals of the server.'],
  },
  document: urlAndHeaders,
  links: lmStudioLinks,
}

const warp: Recipe = {
  client: {
    id: 'warp',
    title: 'Warp',
    format: 'json',
    files: [
      { scope: 'user', path: everywhere('~/.warp/.mcp.json') },
      { scope: 'project', path: everywhere('.warp/.mcp.json') },
    ],
    secret: 'literal',
    keys: 'any-key',
    oauth: 'yes',
    restart: 'Start the server in Settings, MCP servers.',
    notes: ['The text can also be pasted there.'],
  },
  document: urlAndHeaders,
}

/** By id. */
export const APPS = {
  'claude-connectors': claudeConnectors,
  'claude-desktop': claudeDesktop,
  chatgpt,
  goose,
  'lm-studio': lmStudio,
  warp,
}
