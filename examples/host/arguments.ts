/** The arguments of the commands of the example. */

import { parseArgs } from 'node:util'

export interface Arguments {
  /** Whether to begin anew, without what was kept. */
  readonly fresh: boolean
  /** Whether the example client decides the approval itself. */
  readonly auto: boolean
  /** The number of nodes; `null` if it is not given. */
  readonly count: string | null
  readonly help: boolean
}

type Accepted = Exclude<keyof Arguments, 'help'>

/** Throws a sentence for an argument that this command does not accept. All accept `--help`. */
export function readArguments([, , ...args]: readonly string[], accepted: readonly Accepted[]): Arguments {
  const flag = { type: 'boolean', default: false } as const
  const unknown = new Error(`unknown argument in "${args.join(' ')}"; --help lists all`)
  const { values, positionals } = attempt(unknown, () =>
    parseArgs({
      args,
      allowPositionals: true,
      options: { fresh: flag, auto: flag, help: { ...flag, short: 'h' } },
    }),
  )
  const [count = null, ...more] = positionals
  const given = { ...values, count }
  const refused = (['fresh', 'auto', 'count'] as const).some(
    (name) => given[name] && !accepted.includes(name),
  )
  if (refused || more.length > 0) throw unknown
  return given
}

function attempt<T>(failure: Error, run: () => T): T {
  try {
    return run()
  } catch {
    throw failure
  }
}
