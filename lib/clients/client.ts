/** The facts about an MCP client that do not depend on one connection. */

/** The ids of the clients, such as `cursor`. */
export type ClientId =
  | 'antigravity'
  | 'chatgpt'
  | 'claude-code'
  | 'claude-connectors'
  | 'claude-desktop'
  | 'cline'
  | 'codex'
  | 'continue'
  | 'copilot-cli'
  | 'cursor'
  | 'devin'
  | 'droid'
  | 'gemini-cli'
  | 'goose'
  | 'jetbrains'
  | 'junie'
  | 'kiro'
  | 'lm-studio'
  | 'opencode'
  | 'qwen-code'
  | 'vscode'
  | 'warp'
  | 'windsurf'
  | 'zed'

/** The system that the client runs on. */
export type OperatingSystem = 'mac' | 'linux' | 'windows'

/** A value for each system. */
export type PerSystem = Readonly<Record<OperatingSystem, string>>

/** A place that a configuration can be in. */
export interface ClientFile {
  /** `user`: for all of a user's projects. `project`: for one project, relative to its folder. `settings`: a page of the program, into which the text is pasted. */
  readonly scope: 'user' | 'project' | 'settings'
  /** Its path on each system. `~` is the home folder, `%APPDATA%` the variable of Windows. */
  readonly path: PerSystem
}

/**
 * How a configuration refers to the key.
 *
 * - `variable`: it names an environment variable.
 * - `prompt`: the client asks for the key, and keeps it.
 * - `literal`: the key itself stands in the configuration.
 * - `stored`: the key is entered into a form of the program, which keeps it.
 */
export type SecretReference = 'variable' | 'prompt' | 'literal' | 'stored'

/**
 * Which connections a client can make without OAuth.
 *
 * - `any-key`: with any key, since it sends the member header too.
 * - `one-member-key`: only with a key that is bound to one member, since it sends no headers of other names than `Authorization`.
 * - `none`: it needs OAuth.
 */
export type KeySupport = 'any-key' | 'one-member-key' | 'none'

/** An MCP client, and what it can do. */
export interface Client {
  /** Stable id. */
  readonly id: ClientId
  /** Its name, as its vendor writes it. */
  readonly title: string
  /** The notation of the configuration. `form`: fields of the program, and no text. */
  readonly format: 'json' | 'jsonc' | 'toml' | 'yaml' | 'form'
  /** Where the configuration can be. Empty for a form. */
  readonly files: readonly ClientFile[]
  /** How the configuration refers to the key. */
  readonly secret: SecretReference
  /** Which keys it can connect with. */
  readonly keys: KeySupport
  /** Whether it can sign in by OAuth. `unproven`: its vendor does not say so, or users report failures. */
  readonly oauth: 'yes' | 'unproven'
  /** What to do after the configuration has changed. */
  readonly restart: string
  /** What users of this client should know. */
  readonly notes: readonly string[]
}
