/** The clients that npm can install, and what makes each connect without a person and without an account. */

import type { ClientId } from 'allv-mcp/clients'

export interface Program {
  readonly id: ClientId
  /** The package of npm. */
  readonly package: string
  /** The program in its `bin`. */
  readonly bin: string
  /** What makes it connect. `{home}` is the home folder. */
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** What the file needs besides our part, so that the program starts. */
  readonly more?: string
  /** Reads JSON-RPC from its standard input, as mcp-remote does. */
  readonly isBridge?: true
}

/** Models are asked at a port that nobody listens on: the servers are connected before. */
const NOWHERE = 'http://127.0.0.1:9'

export const PROGRAMS: readonly Program[] = [
  { id: 'claude-code', package: '@anthropic-ai/claude-code', bin: 'claude', args: ['mcp', 'list'] },
  {
    id: 'codex',
    package: '@openai/codex',
    bin: 'codex',
    args: ['exec', '--skip-git-repo-check', '-c', `openai_base_url="${NOWHERE}"`, 'hello'],
    env: { OPENAI_API_KEY: 'none', CODEX_API_KEY: 'none' },
  },
  { id: 'opencode', package: 'opencode-ai', bin: 'opencode', args: ['mcp', 'list'] },
  {
    id: 'gemini-cli',
    package: '@google/gemini-cli',
    bin: 'gemini',
    args: ['mcp', 'list'],
    env: { GEMINI_CLI_TRUST_WORKSPACE: 'true' },
  },
  { id: 'qwen-code', package: '@qwen-code/qwen-code', bin: 'qwen', args: ['mcp', 'list'] },
  {
    id: 'copilot-cli',
    package: '@github/copilot',
    bin: 'copilot',
    args: ['-p', 'hello', '--allow-all-tools', '--disable-builtin-mcps'],
    env: { COPILOT_PROVIDER_BASE_URL: NOWHERE, COPILOT_MODEL: 'none', COPILOT_OFFLINE: 'true' },
  },
  {
    id: 'cline',
    package: 'cline',
    bin: 'cline',
    args: ['-P', 'openai-native', '-k', 'none', '-m', 'gpt-4o', '--timeout', '20', 'say hello to me'],
  },
  {
    id: 'continue',
    package: '@continuedev/cli',
    bin: 'cn',
    args: ['--config', '{home}/.continue/config.yaml', '-p', 'hello'],
    more: `models: [{ name: none, provider: openai, model: none, apiKey: none, apiBase: "${NOWHERE}" }]\n`,
  },
  { id: 'droid', package: 'droid', bin: 'droid', args: ['mcp', 'list'] },
  { id: 'claude-desktop', package: 'mcp-remote', bin: 'mcp-remote', args: [], isBridge: true },
]

/** Clients with a package of npm that does not install everywhere: it downloads its program from elsewhere. */
export const OTHERS: ReadonlyMap<ClientId, string> = new Map<ClientId, string>([
  ['junie', '@jetbrains/junie'],
])
