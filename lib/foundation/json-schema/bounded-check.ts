/**
 * Bounds the time of a check against a JSON Schema. A pattern that backtracks, or alternatives that lead back to themselves, can take longer
 * for one text than the process lives; where schema and value allow that, the check runs with a clock that stops it.
 */

import { createContext, Script } from 'node:vm'
import type { JsonObject } from '../json/json.js'

/** Longer than any honest check takes. Other requests wait for it. */
const MOST_MS = 500

/** What of a value makes checks long: from how long a text, what depth and how many parts, this schema is checked with the clock. */
interface Risk {
  readonly textLength: number
  readonly depth: number
  readonly parts: number
}

/** Runs `check`, by the clock where that is needed. `null`: it was not done in time. */
export type Bounded = <T>(value: unknown, check: () => T) => T | null

/** Starting the clock takes a quarter of a millisecond, so most schemas and values go without. */
export function boundedBy(schema: JsonObject): Bounded {
  const risk = riskOf(schema)
  if (risk === null) return (_, check) => check()
  return (value, check) => (isLong(value, risk, 0, { parts: 0 }) ? withinTime(check) : check())
}

/** Made when first needed: it takes longer than most checks. */
const clocked: { run: ((job: () => void) => void) | null } = { run: null }

function createClocked(): (job: () => void) => void {
  const sandbox: { job: (() => void) | null } = { job: null }
  const context = createContext(sandbox)
  const script = new Script('job()')
  return (job) => {
    sandbox.job = job
    try {
      script.runInContext(context, { timeout: MOST_MS })
    } finally {
      sandbox.job = null
    }
  }
}

function withinTime<T>(check: () => T): T | null {
  const done: { value: T | null } = { value: null }
  clocked.run ??= createClocked()
  try {
    clocked.run(() => {
      done.value = check()
    })
    return done.value
  } catch (error) {
    if (isOvertime(error)) return null
    throw error
  }
}

function isOvertime(error: unknown): boolean {
  return (
    typeof error === 'object' &&
    error !== null &&
    'code' in error &&
    error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
  )
}

function isLong(value: unknown, risk: Risk, depth: number, seen: { parts: number }): boolean {
  seen.parts += 1
  if (seen.parts > risk.parts) return true
  if (typeof value === 'string') return value.length > risk.textLength
  if (typeof value !== 'object' || value === null) return false
  if (depth > risk.depth) return true
  return Object.entries(value).some(
    ([name, item]) => name.length > risk.textLength || isLong(item, risk, depth + 1, seen),
  )
}

/** `null`: every check against this schema is done in time linear in the value. */
function riskOf(schema: JsonObject): Risk | null {
  const patterns: string[] = []
  let branches = false
  let refers = false
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return
    for (const [name, item] of Object.entries(node)) {
      if (name === 'pattern' && typeof item === 'string') patterns.push(item)
      if (name === 'patternProperties' && typeof item === 'object' && item !== null)
        patterns.push(...Object.keys(item))
      if (BRANCHING.has(name)) branches = true
      if (name === '$ref' || name === '$dynamicRef' || name === '$recursiveRef') refers = true
      visit(item)
    }
  }
  visit(schema)
  const textLength = Math.min(...patterns.map(harmlessLength))
  const depth = refers ? HARMLESS_DEPTH : Number.POSITIVE_INFINITY
  const parts = branches ? HARMLESS_PARTS : Number.POSITIVE_INFINITY
  const risk = { textLength, depth, parts }
  return Object.values(risk).every((limit) => limit === Number.POSITIVE_INFINITY) ? null : risk
}

/** Keywords that look at one part in several ways, or keep what they found of each part. */
const BRANCHING: ReadonlySet<string> = new Set(['anyOf', 'oneOf', 'allOf', 'if', 'contains'])
/** A schema that refers to itself may look at each part twice, whatever its keywords: twice as long for each level. */
const HARMLESS_DEPTH = 8
const HARMLESS_PARTS = 10_000

/** Up to what length of text a pattern is done at once, seen from its form: it need not be exact, only never too long. */
function harmlessLength(pattern: string): number {
  // What is escaped or in a class repeats nothing.
  const bare = pattern.replaceAll(/\\k<|\\[1-9]/g, '(x+)+').replaceAll(/\\.|\[(?:\\.|[^\]\\])*\]/gs, 'x')
  if (/\)(?:[*+]|\{\d)/.test(bare)) return 16
  const repeats = bare.match(/[*+]|\{\d+,/g)?.length ?? 0
  const degree = bare.startsWith('^') && !bare.includes('|') ? repeats : repeats + 1
  if (repeats === 0 || degree < 2) return Number.POSITIVE_INFINITY
  return degree === 2 ? 2000 : 100
}
