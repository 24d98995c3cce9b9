/**
 * Limits the time of a check against a JSON Schema. A pattern that backtracks, or a recursive schema with alternatives, can take exponential
 * time. Where schema and value allow that, the check runs with a time limit.
 */

import { createContext, Script } from 'node:vm'
import type { JsonObject } from '../json/json.js'

/** Milliseconds. No honest check takes as long. The check blocks all other requests. */
const MOST_MS = 500

/** Limits of a value. A value above one of them is checked with the time limit. */
interface Risk {
  /** UTF-16 units of one text. */
  readonly textLength: number
  /** Levels of nesting. */
  readonly depth: number
  /** Values in the value, itself included. */
  readonly parts: number
}

/** Runs `check`, with the time limit if the value needs it. `null`: the time was over. */
export type Bounded = <T>(value: unknown, check: () => T) => T | null

/** How values are checked against this schema. The time limit costs a quarter of a millisecond a check, so it is used only where it is needed. */
export function boundedBy(schema: JsonObject): Bounded {
  const risk = riskOf(schema)
  if (risk === null) return (_, check) => check()
  return (value, check) => (needsTimeLimit(value, risk, 0, { parts: 0 }) ? withTimeLimit(check) : check())
}

/** Made on first use, since making it takes longer than most checks. */
const timed: { run: ((job: () => void) => void) | null } = { run: null }

function createTimed(): (job: () => void) => void {
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

function withTimeLimit<T>(check: () => T): T | null {
  const done: { value: T | null } = { value: null }
  timed.run ??= createTimed()
  try {
    timed.run(() => {
      done.value = check()
    })
    return done.value
  } catch (error) {
    if (isTimeLimitError(error)) return null
    throw error
  }
}

function isTimeLimitError(error: unknown): boolean {
  return (
    typeof error === 'object' &&
    error !== null &&
    'code' in error &&
    error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
  )
}

function needsTimeLimit(value: unknown, risk: Risk, depth: number, seen: { parts: number }): boolean {
  seen.parts += 1
  if (seen.parts > risk.parts) return true
  if (typeof value === 'string') return value.length > risk.textLength
  if (typeof value !== 'object' || value === null) return false
  if (depth > risk.depth) return true
  return Object.entries(value).some(
    ([name, item]) => name.length > risk.textLength || needsTimeLimit(item, risk, depth + 1, seen),
  )
}

/** `null` if every check against this schema takes time linear in the value. */
function riskOf(schema: JsonObject): Risk | null {
  const patterns: string[] = []
  let branches = false
  let recursive = false
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return
    for (const [name, item] of Object.entries(node)) {
      if (name === 'pattern' && typeof item === 'string') patterns.push(item)
      if (name === 'patternProperties' && typeof item === 'object' && item !== null)
        patterns.push(...Object.keys(item))
      if (BRANCHING.has(name)) branches = true
      if (name === '$ref' || name === '$dynamicRef' || name === '$recursiveRef') recursive = true
      visit(item)
    }
  }
  visit(schema)
  const textLength = Math.min(...patterns.map(safeTextLength))
  const depth = recursive ? SAFE_DEPTH : Number.POSITIVE_INFINITY
  const parts = branches ? SAFE_PARTS : Number.POSITIVE_INFINITY
  const risk = { textLength, depth, parts }
  return Object.values(risk).every((limit) => limit === Number.POSITIVE_INFINITY) ? null : risk
}

/** Keywords that check one value several times, or collect a result for each item. */
const BRANCHING: ReadonlySet<string> = new Set(['anyOf', 'oneOf', 'allOf', 'if', 'contains'])
/** A recursive schema may check each part twice, so each level doubles the time. */
const SAFE_DEPTH = 8
const SAFE_PARTS = 10_000

/** The text length up to which a pattern is fast, estimated from its form. The estimate may be too small, but not too large. */
function safeTextLength(pattern: string): number {
  // Escapes and character classes cannot repeat. A back-reference can, so it counts as a nested repetition.
  const bare = pattern.replaceAll(/\\k<|\\[1-9]/g, '(x+)+').replaceAll(/\\.|\[(?:\\.|[^\]\\])*\]/gs, 'x')
  if (/\)(?:[*+]|\{\d)/.test(bare)) return 16
  const repeats = bare.match(/[*+]|\{\d+,/g)?.length ?? 0
  const degree = bare.startsWith('^') && !bare.includes('|') ? repeats : repeats + 1
  if (repeats === 0 || degree < 2) return Number.POSITIVE_INFINITY
  return degree === 2 ? 2000 : 100
}
