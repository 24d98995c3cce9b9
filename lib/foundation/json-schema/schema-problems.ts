/** Lists the problems of a value, at most ten, with bounded work. */

import type { ErrorObject, ValidateFunction } from 'ajv/dist/2020.js'
import { cleanName } from '../text/text.js'

/** Why a value does not match a schema. */
export interface SchemaProblem {
  /** JSON Pointer of the invalid value; `''` for the whole. At most 200 UTF-16 units. */
  readonly path: string
  /** What is wrong with it. */
  readonly message: string
}

const MOST_PROBLEMS = 10
const MOST_PATH = 200
const MOST_NAME = 100
/** A value may have a problem in each of its parts, so only the first parts of a large one are searched for more. */
const MOST_PARTS = 1000
const MOST_ITEMS = 50
const MOST_DEPTH = 64

/** The problem of a value whose check threw, such as an object whose `toString` is not a function, or one that is nested too deep. */
export const UNCHECKABLE: SchemaProblem = {
  path: '',
  message: 'holds a value that cannot be checked; leave out members named like methods, such as "toString"',
}

/** The problems of a value that `first` refused. `first` stops at one problem; `all` finds every problem of a bounded copy. */
export function problemsOf(
  value: unknown,
  first: ValidateFunction,
  all: () => ValidateFunction,
): readonly SchemaProblem[] {
  const found = (first.errors ?? []).map(toProblem)
  const problems = new Map(found.map((problem) => [keyOf(problem), problem]))
  for (const problem of moreProblems(value, all)) {
    if (problems.size >= MOST_PROBLEMS) break
    problems.set(keyOf(problem), problem)
  }
  return [...problems.values()].slice(0, MOST_PROBLEMS)
}

function moreProblems(value: unknown, all: () => ValidateFunction): readonly SchemaProblem[] {
  const sample = sampleOf(value)
  try {
    const validate = all()
    if (validate(sample.value)) return []
    return certainErrors(validate.errors ?? [], sample.cut)
      .slice(0, 10 * MOST_PROBLEMS)
      .map(toProblem)
  } catch {
    // The first problem is known, so the value is refused anyway.
    return []
  }
}

/** Keywords whose result depends on the contents of the parts. */
const DEPENDENT_ON_PARTS: ReadonlySet<string> = new Set([
  'anyOf',
  'oneOf',
  'not',
  'if',
  'enum',
  'const',
  'contains',
])
/** Keywords that a value still fulfils after a part of it is removed. */
const UNAFFECTED_BY_CUTS: ReadonlySet<string> = new Set([
  'type',
  'additionalProperties',
  'propertyNames',
  'maxItems',
  'maxProperties',
])

/** The errors that do not depend on removed parts. */
function certainErrors(errors: readonly ErrorObject[], cut: readonly string[]): readonly ErrorObject[] {
  if (cut.length === 0) return errors
  const uncertain = new Set(errors.filter((error) => cut.some((path) => mayBeCausedByCut(path, error))))
  const places = [...new Set([...uncertain].filter(dependsOnParts).map(({ instancePath }) => instancePath))]
  return errors.filter(
    (error) => !uncertain.has(error) && !places.some((place) => isWithin(error.instancePath, place)),
  )
}

function mayBeCausedByCut(path: string, error: ErrorObject): boolean {
  if (path === error.instancePath) return !UNAFFECTED_BY_CUTS.has(error.keyword)
  return dependsOnParts(error) && isWithin(path, error.instancePath)
}

function dependsOnParts({ keyword }: ErrorObject): boolean {
  return DEPENDENT_ON_PARTS.has(keyword)
}

function isWithin(path: string, place: string): boolean {
  return path === place || path.startsWith(`${place}/`)
}

interface Sample {
  readonly value: unknown
  /** JSON Pointers of the arrays and objects of which parts were removed. */
  readonly cut: readonly string[]
}

function sampleOf(whole: unknown): Sample {
  const cut: string[] = []
  let parts = 0
  const copy = (value: unknown, path: string, depth: number): unknown => {
    parts += 1
    if (typeof value !== 'object' || value === null) return value
    const entries = Object.entries(value)
    const allowed = depth >= MOST_DEPTH ? 0 : Math.max(0, Math.min(MOST_ITEMS, MOST_PARTS - parts))
    if (entries.length > allowed) cut.push(path)
    const kept = entries
      .slice(0, allowed)
      .map(([key, item]) => [key, copy(item, `${path}/${pointerToken(key)}`, depth + 1)] as const)
    return Array.isArray(value) ? kept.map(([, item]) => item) : Object.fromEntries(kept)
  }
  return { value: copy(whole, '', 0), cut }
}

/** Escapes a name for a JSON Pointer. RFC 6901, section 3. */
function pointerToken(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1')
}

function toProblem({
  instancePath,
  keyword,
  message = 'does not fit the schema',
  params,
}: ErrorObject): SchemaProblem {
  return {
    path: cleanName(instancePath, MOST_PATH),
    message: `${cleanName(message, MOST_PATH)}${detailOf(keyword, params)}`,
  }
}

/** Facts that the message of Ajv lacks and that a model needs to correct the call. */
function detailOf(keyword: string, params: ErrorObject['params']): string {
  switch (keyword) {
    case 'additionalProperties':
      return `: ${cleanName(String(params['additionalProperty']), MOST_NAME)}`
    case 'enum':
      return `: ${cleanName(JSON.stringify(params['allowedValues']).slice(1, -1), MOST_PATH)}`
    case 'const':
      return `: ${cleanName(JSON.stringify(params['allowedValue']), MOST_NAME)}`
    default:
      return ''
  }
}

function keyOf({ path, message }: SchemaProblem): string {
  return `${path} ${message}`
}
