/** Reads a command line by `node:util` parseArgs. Every mistake is a UsageError. */

import { type ParseArgsConfig, parseArgs } from 'node:util'
import { messageOf } from '../../foundation/errors/message-of.js'
import { UsageError } from './failures.js'

type Options = NonNullable<ParseArgsConfig['options']>
type Parsed<O extends Options> = ReturnType<
  typeof parseArgs<{ args: string[]; options: O; allowPositionals: true; strict: true }>
>

/**
 * @param args what follows the command's name
 * @param options as in parseArgs
 * @param positionals the names of the arguments without `--`; a name that ends in `?` may be absent
 */
export function readArguments<O extends Options>(
  args: readonly string[],
  options: O,
  positionals: readonly string[] = [],
): Parsed<O> {
  const parsed = parse(args, options)
  const given = parsed.positionals.length
  const missing = positionals.filter((name) => !name.endsWith('?'))[given]
  if (missing !== undefined) throw new UsageError(`${missing} is missing`)
  const extra = parsed.positionals[positionals.length]
  if (extra !== undefined) throw new UsageError(`unexpected argument: ${extra}`)
  return parsed
}

function parse<O extends Options>(args: readonly string[], options: O): Parsed<O> {
  try {
    const given = { args: [...args], options, allowPositionals: true, strict: true } as const
    refuseRepeated(parseArgs({ ...given, tokens: true }).tokens, options)
    return parseArgs(given)
  } catch (error) {
    throw new UsageError(messageOf(error))
  }
}

/** parseArgs would take the last value, and the command would act on something that the reader of the line does not see. */
function refuseRepeated(
  tokens: readonly { readonly kind: string; readonly name?: string }[],
  options: Options,
): void {
  const seen = new Set<string>()
  for (const { kind, name = '' } of tokens) {
    const { type, multiple } = options[name] ?? {}
    if (kind !== 'option' || type !== 'string' || multiple === true) continue
    if (seen.has(name)) throw new UsageError(`--${name} is given twice; give it once`)
    seen.add(name)
  }
}

/** A value of an option that must be a whole number within bounds. */
export function wholeNumber(
  option: string,
  text: string | undefined,
  bounds: { readonly least: number; readonly most: number; readonly fallback: number },
): number {
  if (text === undefined) return bounds.fallback
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (value >= bounds.least && value <= bounds.most) return value
  throw new UsageError(`--${option} must be a whole number from ${bounds.least} to ${bounds.most}`)
}
