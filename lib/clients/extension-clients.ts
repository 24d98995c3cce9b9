/** Assistants that run within editors, and their command lines. */

import type { Recipe } from './recipe.js'
import { everywhere, headersObject, inGroup, inHome, urlAndHeaders } from './server-entry.js'

const jetbrains: Recipe = {
  client: {
    id: 'jetbrains',
    title: 'JetBrains AI Assistant',
    format: 'json',
    files: [
      {
        scope: 'settings',
        path: everywhere('Settings, Tools, AI Assistant, Model Context Protocol (MCP), Add, As JSON'),
      },
    ],
    secret: 'literal',
    keys: 'any-key',
    oauth: 'unproven',
    restart: 'Choose Apply, and look for the list of tools in the column Status.',
    notes: ['Headers work if the text is pasted; the help page does not mention them.'],
  },
  document: urlAndHeaders,
}

const junie: Recipe = {
  client: {
    id: 'junie',
    title: 'Junie',
    format: 'json',
    files: [
      {
        scope: 'user',
        path: inHome('.junie/mcp/mcp.json'),
      },
      { scope: 'project', path: everywhere('.junie/mcp/mcp.json') },
    ],
    secret: 'literal',
    keys: 'any-key',
    oauth: 'unproven',
    restart: 'Start Junie again.',
    notes: [
      'The command line of Junie connects to URLs. Its plug-in may start local programs only: there, use the entry for Claude Desktop, which starts mcp-remote.',
    ],
  },
  document: urlAndHeaders,
}

const cline: Recipe = {
  client: {
    id: 'cline',
    title: 'Cline',
    format: 'json',
    files: [{ scope: 'user', path: inHome('.cline/data/settings/cline_mcp_settings.json') }],
    secret: 'literal',
    keys: 'any-key',
    oauth: 'yes',
    restart: 'Cline connects again when the file is saved.',
    notes: ['The extension for VS Code opens its own file: MCP Servers, Configure.'],
  },
  document: inGroup('mcpServers', ({ url }) => ({ type: 'streamableHttp', url })),
}

const continueDev: Recipe = {
  client: {
    id: 'continue',
    title: 'Continue',
    format: 'yaml',
    files: [
      { scope: 'user', path: inHome('.continue/config.yaml') },
      { scope: 'project', path: everywhere('.continue/mcpServers/allv.yaml') },
    ],
    secret: 'variable',
    keys: 'any-key',
    oauth: 'unproven',
    restart: 'Continue reads the file when it is saved. The server is listed under Tools.',
    notes: [
      'The extension reads the variable from ~/.continue/.env, and the program cn from its environment too.',
    ],
  },
  reference: (variable) => `\${{ secrets.${variable} }}`,
  expands: /\$\{\{/,
  document: (server) => {
    const { headers } = headersObject(server)
    return {
      name: server.name,
      version: '1.0.0',
      schema: 'v1',
      mcpServers: [
        {
          name: server.name,
          type: 'streamable-http',
          url: server.url,
          ...(headers !== undefined && { requestOptions: { headers } }),
        },
      ],
    }
  },
}

/** By id. */
export const EXTENSIONS = { jetbrains, junie, cline, continue: continueDev }
