/** Where two packages that write configurations too differ from ours: each line with its reason. */

import type { ClientId } from 'allv-mcp/clients'

/** By the line: `+` is ours only, `-` is theirs only. */
export type Differences = Readonly<Record<string, string>>

const URL_TEXT = '"https://app.example/api/workspaces/ws_acme/mcp"'
const CODEX_KEY =
  'Codex replaces no variables in http_headers, and would send the reference itself; bearer_token_env_var names the variable'
const BRIDGE =
  'mcp-remote takes the values from env, so that no argument contains the key, and no space after the colon splits one on Windows'
const HTTP_ONLY = 'the endpoint has no older transport, and mcp-remote need not try one'
const VSCODE_INPUT =
  '+ inputs = [{"type":"promptString","id":"allv-api-key","description":"API key of sales","password":true}]'
const VSCODE_ASKS = 'VS Code asks for the key and keeps it, so that the file can be committed'
const GOOSE_KEYS = 'goose replaces the variables that env_keys names, and no others'
const GOOSE_TEXT = 'goose shows the description in its list'
const DEFAULT = 'the default of the client'
const OPENCODE_OAUTH =
  'without it, opencode answers a wrong key with a search for OAuth, and hides the reason'
const OPENCODE_SCHEMA = 'editors complete with it, and opencode itself writes it'
const OPENCODE_NAME = 'opencode reads both names, and creates the one without c'
const FROM_URL = 'the client takes the transport from the URL'

/** By our id: the id there, and the differences. */
export const ADD_MCP: ReadonlyMap<ClientId, readonly [string, Differences]> = new Map<
  ClientId,
  readonly [string, Differences]
>([
  ['antigravity', ['antigravity', {}]],
  ['claude-code', ['claude-code', {}]],
  ['cline', ['cline-cli', { '- mcpServers.sales.disabled = false': DEFAULT }]],
  [
    'codex',
    [
      'codex',
      {
        '+ mcp_servers.sales.bearer_token_env_var = "ALLV_API_KEY"': CODEX_KEY,
        '- mcp_servers.sales.http_headers.Authorization = "Bearer ALLV_API_KEY"': CODEX_KEY,
        '- mcp_servers.sales.type = "http"': 'Codex has no such member',
      },
    ],
  ],
  ['copilot-cli', ['github-copilot-cli', {}]],
  ['cursor', ['cursor', {}]],
  [
    'gemini-cli',
    [
      'gemini-cli',
      {
        [`+ mcpServers.sales.httpUrl = ${URL_TEXT}`]:
          'every release reads it; older ones take url for the transport of 2024',
        '- mcpServers.sales.type = "http"': 'see httpUrl',
        [`- mcpServers.sales.url = ${URL_TEXT}`]: 'see httpUrl',
      },
    ],
  ],
  [
    'goose',
    [
      'goose',
      {
        '+ extensions.sales.description = "sales"': GOOSE_TEXT,
        '+ extensions.sales.env_keys = ["ALLV_API_KEY"]': GOOSE_KEYS,
        '- extensions.sales.description = ""': GOOSE_TEXT,
      },
    ],
  ],
  ['kiro', ['kiro-cli', {}]],
  [
    'opencode',
    [
      'opencode',
      {
        '+ $schema = "https://opencode.ai/config.json"': OPENCODE_SCHEMA,
        '+ mcp.sales.oauth = false': OPENCODE_OAUTH,
        '- path opencode.jsonc': OPENCODE_NAME,
        '- path ~/.config/opencode/opencode.jsonc': OPENCODE_NAME,
      },
    ],
  ],
  ['vscode', ['vscode', { [VSCODE_INPUT]: VSCODE_ASKS }]],
  ['windsurf', ['windsurf', {}]],
  [
    'zed',
    [
      'zed',
      {
        '- context_servers.sales.source = "custom"': 'Zed needs it no more',
        '- context_servers.sales.type = "http"': FROM_URL,
      },
    ],
  ],
])

/** By our id: the id there, and the differences. */
export const GLEAN: ReadonlyMap<ClientId, readonly [string, Differences]> = new Map<
  ClientId,
  readonly [string, Differences]
>([
  ['antigravity', ['antigravity-cli', {}]],
  ['claude-code', ['claude-code', {}]],
  [
    'claude-desktop',
    [
      'claude-desktop',
      {
        [`+ mcpServers.sales.args = ["-y","mcp-remote",${URL_TEXT},"--transport","http-only","--header","Authorization:\${ALLV_AUTHORIZATION}","--header","x-allv-user-email:\${ALLV_MEMBER}"]`]: `${BRIDGE}; ${HTTP_ONLY}`,
        '+ mcpServers.sales.env.ALLV_AUTHORIZATION = "Bearer YOUR_ALLV_KEY"': BRIDGE,
        '+ mcpServers.sales.env.ALLV_MEMBER = "maria@acme.test"': BRIDGE,
        [`- mcpServers.sales.args = ["-y","mcp-remote",${URL_TEXT},"--header","Authorization: Bearer YOUR_ALLV_KEY","--header","x-allv-user-email: maria@acme.test"]`]:
          BRIDGE,
        '- mcpServers.sales.type = "stdio"': DEFAULT,
      },
    ],
  ],
  [
    'codex',
    [
      'codex',
      {
        '+ mcp_servers.sales.bearer_token_env_var = "ALLV_API_KEY"': CODEX_KEY,
        '- mcp_servers.sales.http_headers.Authorization = "Bearer ALLV_API_KEY"': CODEX_KEY,
      },
    ],
  ],
  ['cursor', ['cursor', { '- mcpServers.sales.type = "http"': FROM_URL }]],
  ['gemini-cli', ['gemini', {}]],
  [
    'goose',
    [
      'goose',
      {
        '+ extensions.sales.description = "sales"': GOOSE_TEXT,
        '+ extensions.sales.env_keys = ["ALLV_API_KEY"]': GOOSE_KEYS,
        '- extensions.sales.available_tools = []': DEFAULT,
        '- extensions.sales.bundled = null': DEFAULT,
        '- extensions.sales.description = ""': GOOSE_TEXT,
        '- extensions.sales.env_keys = []': GOOSE_KEYS,
        '- extensions.sales.envs = {}': DEFAULT,
        '- path %USERPROFILE%\\.config\\goose\\config.yaml':
          'on Windows goose keeps it below %APPDATA%\\Block',
      },
    ],
  ],
  ['jetbrains', ['jetbrains', { '- mcpServers.sales.type = "http"': FROM_URL }]],
  ['junie', ['junie', {}]],
  [
    'opencode',
    [
      'opencode',
      {
        '+ $schema = "https://opencode.ai/config.json"': OPENCODE_SCHEMA,
        '+ mcp.sales.enabled = true': DEFAULT,
        '+ mcp.sales.oauth = false': OPENCODE_OAUTH,
      },
    ],
  ],
  ['vscode', ['vscode', { [VSCODE_INPUT]: VSCODE_ASKS }]],
  ['windsurf', ['windsurf', {}]],
])
