/** What a command of `npx allv-mcp` is. */

/**
 * How a command ends, as the exit code of the process.
 *
 * - 0: done, and nothing is wrong.
 * - 1: something is wrong: a check failed, a contract is broken, the database refused.
 * - 2: the command line is wrong. Nothing was done.
 * - 3: what the command needs cannot be reached: the server, the database.
 */
export type ExitCode = 0 | 1 | 2 | 3

/** What a command may use of its process. Tests pass their own. */
export interface Terminal {
  /** Writes the result. With `--json` nothing else is written there. */
  readonly out: (text: string) => void
  /** Writes progress, warnings and errors. */
  readonly err: (text: string) => void
  /** The environment variables. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** The folder that relative paths are relative to. */
  readonly cwd: string
  /** Whether `out` may contain colours: a terminal, without `NO_COLOR`. */
  readonly colours: boolean
  /** Aborts on Ctrl-C. */
  readonly signal: AbortSignal
}

/** One command, such as `doctor`. */
export interface Command {
  /** The text of `--help`: a usage line, then options. */
  readonly help: string
  /** Runs with what follows the command's name. Throws `UsageError` for a wrong command line, `UnreachableError` for what cannot be reached. */
  readonly run: (args: readonly string[], terminal: Terminal) => Promise<ExitCode>
}
