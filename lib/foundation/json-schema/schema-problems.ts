/** Names what is wrong with a value: all of it at once, at most ten problems, and with bounded work. */

import type { ErrorObject, ValidateFunction } from 'ajv/dist/2020.js'
import { cleanName } from '../text/text.js'

export interface SchemaProblem {
  /** JSON Pointer of the value at fault, `''` for the whole. At most 200 characters. */
  readonly path: string
  readonly message: string
}

const MOST_PROBLEMS = 10
const MOST_PATH = 200
const MOST_NAME = 100
/** A value may be wrong in as many ways as it has parts. Of a large one the first parts are enough to learn from. */
const MOST_PARTS = 1000
const MOST_ITEMS = 50
const MOST_DEPTH = 64

/** A part of the value that made a comparison throw, such as an object whose `toString` is no function, or one nested too deep. */
export const UNCHECKABLE: SchemaProblem = {
  path: '',
  message: 'holds a value that cannot be checked; leave out members named like methods, such as "toString"',
}

/** `first` stopped at the first problem; `all` looks at a bounded copy and names every one. */
export function problemsOf(
  value: unknown,
  first: ValidateFunction,
  all: () => ValidateFunction,
): readonly SchemaProblem[] {
  const found = (first.errors ?? []).map(toProblem)
  const problems = new Map(found.map((problem) => [keyOf(problem), problem]))
  for (const problem of further(value, all)) {
    if (problems.size >= MOST_PROBLEMS) break
    problems.set(keyOf(problem), problem)
  }
  return [...problems.values()].slice(0, MOST_PROBLEMS)
}

function further(value: unknown, all: () => ValidateFunction): readonly SchemaProblem[] {
  const sample = sampleOf(value)
  try {
    const validate = all()
    if (validate(sample.value)) return []
    return trueOf(validate.errors ?? [], sample.cut)
      .slice(0, 10 * MOST_PROBLEMS)
      .map(toProblem)
  } catch {
    // The first problem is known already, and is reason enough.
    return []
  }
}

/** Keywords that judge a value by what is inside of its parts. */
const WHOLE: ReadonlySet<string> = new Set(['anyOf', 'oneOf', 'not', 'if', 'enum', 'const', 'contains'])
/** Keywords that a list or an object fails no more easily when a part of it is left out. */
const OF_WHAT_IS_THERE: ReadonlySet<string> = new Set([
  'type',
  'additionalProperties',
  'propertyNames',
  'maxItems',
  'maxProperties',
])

/** Without the problems that may be there only because of the parts that are left out. */
function trueOf(errors: readonly ErrorObject[], cut: readonly string[]): readonly ErrorObject[] {
  if (cut.length === 0) return errors
  const doubtful = new Set(errors.filter((error) => cut.some((path) => mayComeOf(path, error))))
  const places = [...new Set([...doubtful].filter(isWhole).map(({ instancePath }) => instancePath))]
  return errors.filter(
    (error) => !doubtful.has(error) && !places.some((place) => isWithin(error.instancePath, place)),
  )
}

function mayComeOf(path: string, error: ErrorObject): boolean {
  if (path === error.instancePath) return !OF_WHAT_IS_THERE.has(error.keyword)
  return isWhole(error) && isWithin(path, error.instancePath)
}

function isWhole({ keyword }: ErrorObject): boolean {
  return WHOLE.has(keyword)
}

function isWithin(path: string, place: string): boolean {
  return path === place || path.startsWith(`${place}/`)
}

interface Sample {
  readonly value: unknown
  /** Pointers of the lists and objects of which a part is left out. */
  readonly cut: readonly string[]
}

function sampleOf(whole: unknown): Sample {
  const cut: string[] = []
  let parts = 0
  const copy = (value: unknown, path: string, depth: number): unknown => {
    parts += 1
    if (typeof value !== 'object' || value === null) return value
    const entries = Object.entries(value)
    const room = depth >= MOST_DEPTH ? 0 : Math.max(0, Math.min(MOST_ITEMS, MOST_PARTS - parts))
    if (entries.length > room) cut.push(path)
    const kept = entries
      .slice(0, room)
      .map(([key, item]) => [key, copy(item, `${path}/${pointer(key)}`, depth + 1)] as const)
    return Array.isArray(value) ? kept.map(([, item]) => item) : Object.fromEntries(kept)
  }
  return { value: copy(whole, '', 0), cut }
}

/** RFC 6901, section 3. */
function pointer(key: string): string {
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
    message: `${cleanName(message, MOST_PATH)}${addition(keyword, params)}`,
  }
}

/** What the message of the validator leaves out, and a model needs to do better. */
function addition(keyword: string, params: ErrorObject['params']): string {
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
