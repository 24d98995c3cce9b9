/**
 * What clients do that cannot run here: where they look for metadata, how they register, where the browser returns, and what they leave out. From
 * public issues, documentation and sources, as of November 2026.
 */

export interface HostedClient {
  readonly name: string
  /** What it asks before it registers, in this order, with the status that it must get. `PATH`: the path of the endpoint. */
  readonly probes: readonly (readonly [method: 'GET' | 'HEAD' | 'POST', path: string, status: number])[]
  readonly registration: Readonly<Record<string, unknown>>
  /** Which of the redirect URIs it then uses. */
  readonly redirectUri: string
  /** What it sends to the sign-in. Default: `scope` and `resource` as the metadata says. */
  readonly leavesOut?: readonly ('scope' | 'resource')[]
}

const PUBLIC = {
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  token_endpoint_auth_method: 'none',
} as const

const PRM = '/.well-known/oauth-protected-resource'
const CLAUDE = 'https://claude.ai/api/mcp/auth_callback'
const CHATGPT = 'https://chatgpt.com/connector_platform_oauth_redirect'
const CURSOR = 'cursor://anysphere.cursor-mcp/oauth/callback'

const remote: readonly HostedClient[] = [
  {
    name: 'Claude connectors',
    probes: [
      ['HEAD', 'PATH', 401],
      ['POST', 'PATH', 401],
      ['GET', `${PRM}PATH`, 200],
    ],
    registration: {
      ...PUBLIC,
      client_name: 'Claude',
      redirect_uris: [CLAUDE],
      scope: 'crm.read memory.read',
    },
    redirectUri: CLAUDE,
  },
  {
    name: 'ChatGPT, connecting again',
    probes: [
      ['GET', PRM, 404],
      ['POST', 'PATH', 401],
      ['GET', `${PRM}PATH`, 200],
    ],
    registration: { ...PUBLIC, client_name: 'ChatGPT', redirect_uris: [CHATGPT] },
    redirectUri: CHATGPT,
    leavesOut: ['scope'],
  },
]

const editors: readonly HostedClient[] = [
  {
    name: 'VS Code',
    probes: [
      ['POST', 'PATH', 401],
      ['GET', `${PRM}PATH`, 200],
    ],
    registration: {
      ...PUBLIC,
      client_name: 'Visual Studio Code',
      grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
      redirect_uris: [
        'https://insiders.vscode.dev/redirect',
        'https://vscode.dev/redirect',
        'http://127.0.0.1/',
        'http://127.0.0.1:33418/',
      ],
      application_type: 'native',
    },
    redirectUri: 'http://127.0.0.1:33418/',
  },
  {
    name: 'Cursor',
    probes: [
      ['GET', `${PRM}PATH`, 200],
      ['GET', PRM, 404],
    ],
    registration: {
      ...PUBLIC,
      client_name: 'Cursor',
      redirect_uris: [
        CURSOR,
        'https://www.cursor.com/agents/mcp/oauth/callback',
        'http://localhost:8787/callback',
      ],
    },
    redirectUri: CURSOR,
  },
  {
    name: 'Zed',
    probes: [
      ['POST', 'PATH', 401],
      ['GET', `${PRM}PATH`, 200],
    ],
    registration: { ...PUBLIC, client_name: 'Zed', redirect_uris: ['http://127.0.0.1:27523/callback'] },
    redirectUri: 'http://127.0.0.1:27523/callback',
  },
]

const terminals: readonly HostedClient[] = [
  {
    name: 'Codex',
    probes: [
      ['GET', 'PATH', 401],
      ['GET', `${PRM}PATH`, 200],
    ],
    registration: { ...PUBLIC, client_name: 'Codex', redirect_uris: ['http://127.0.0.1:51234/callback'] },
    // Its loopback port is another one each time.
    redirectUri: 'http://127.0.0.1:40999/callback',
  },
  {
    name: 'Gemini CLI',
    probes: [
      ['GET', PRM, 404],
      ['GET', `${PRM}PATH`, 200],
    ],
    registration: {
      ...PUBLIC,
      client_name: 'Gemini CLI MCP Client',
      redirect_uris: ['http://localhost:7777/oauth/callback'],
      scope: '',
    },
    redirectUri: 'http://localhost:7777/oauth/callback',
  },
  {
    name: 'Claude Code, signing in without a call',
    probes: [['GET', `${PRM}PATH`, 200]],
    registration: {
      ...PUBLIC,
      client_name: 'Claude Code',
      redirect_uris: ['http://localhost:50123/callback'],
    },
    redirectUri: 'http://localhost:50123/callback',
  },
  {
    name: 'mcp-remote',
    probes: [
      ['GET', `${PRM}PATH`, 200],
      ['POST', 'PATH', 401],
    ],
    registration: {
      ...PUBLIC,
      client_name: 'MCP CLI Proxy',
      redirect_uris: ['http://localhost:3334/oauth/callback'],
      client_uri: 'https://github.com/modelcontextprotocol/mcp-cli',
      software_id: '2e6dc280-f3c3-4e01-99a7-8181dbd1d23d',
      software_version: '0.1.0',
    },
    redirectUri: 'http://localhost:3334/oauth/callback',
  },
]

export const HOSTED_CLIENTS = [...remote, ...editors, ...terminals]
