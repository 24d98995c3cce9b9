/** Defines contract suites: cases by title. Any test runner runs each on a fresh harness. Assertions are those of node:assert. */

import assert from 'node:assert/strict'

/**
 * A test runner. Pass `{ describe, it }` of jest, vitest, mocha or node:test as they are.
 *
 * @example
 * import { describe, it } from 'node:test'
 * const runner: ContractRunner = { describe, it }
 * runsContract(runner, async () => ({ adapter: createInMemoryRuns() }))
 */
export interface ContractRunner {
  /** Groups the cases of one contract under its title. */
  readonly describe: (title: string, body: () => void) => void
  /** Registers a case. */
  readonly it: ContractIt
  /**
   * Reports a case that does not apply, and the reason. Default: `it.skip`, with the reason in the title. If the runner has no `it.skip`: a case
   * that passes and says in its title that nothing was tested.
   */
  readonly skip?: (title: string, reason: string) => void
}

interface ContractIt {
  (title: string, body: () => Promise<void>): unknown
  /** Registers a case that the runner reports as skipped. */
  readonly skip?: (title: string, body: () => Promise<void>) => unknown
}

interface ContractOptions<P extends string> {
  /**
   * Optional parts that this adapter or its harness does not have. Cases about them are reported as skipped. A case fails when a missing part
   * is not named here, and when a part is named that is there. Default: none.
   */
  readonly lacks?: readonly P[]
}

/** What every harness has. */
export interface Harness {
  /** Releases what the harness opened. It runs after every case, also after a failed one. */
  close?(): Promise<void>
}

type Body<H extends Harness> = (harness: H) => Promise<void>

/** A case about an optional part. */
interface Conditional<H extends Harness, P extends string> {
  readonly part: P
  readonly has: (harness: H) => boolean
  readonly body: Body<H>
}

/** Cases by title. A title says what the adapter does, in the present tense. */
export type Cases<H extends Harness, P extends string = never> = Readonly<
  Record<string, Body<H> | Conditional<H, P>>
>

/** Makes a case about an optional part, which its body gets. */
export function needing<H extends Harness, P extends string, V>(
  part: P,
  find: (harness: H) => V | undefined,
  body: (harness: H, found: V) => Promise<void>,
): Conditional<H, P> {
  return {
    part,
    has: (harness) => find(harness) !== undefined,
    async body(harness) {
      const found = find(harness)
      assert.ok(
        found !== undefined,
        `there is no ${part}: pass { lacks: ['${part}'] } to have this shown as skipped`,
      )
      await body(harness, found)
    },
  }
}

/** A contract suite. */
export type Contract<H extends Harness, P extends string = never> = (
  runner: ContractRunner,
  /** Makes a fresh harness for each case. */
  create: () => Promise<H>,
  options?: ContractOptions<P>,
) => void

/** Makes a contract suite. Cases about parts that the adapter lacks are reported as skipped. */
export function defineContract<H extends Harness, P extends string = never>(
  title: string,
  cases: Cases<H, P>,
): Contract<H, P> {
  return (runner, create, { lacks = [] } = {}) => {
    const conditions = Object.values(cases).filter((one) => typeof one !== 'function')
    for (const part of lacks)
      if (!conditions.some((one) => one.part === part))
        throw new TypeError(`the ${title} has no optional part "${part}"; ${partsOf(conditions)}`)
    const lacking = conditions.filter(({ part }) => lacks.includes(part))
    runner.describe(title, () => {
      for (const [name, one] of Object.entries(cases)) {
        if (typeof one !== 'function' && lacks.includes(one.part)) skip(runner, name, `without ${one.part}`)
        else runner.it(name, () => runCase(create, one, lacking))
      }
    })
  }
}

function partsOf(conditions: readonly { readonly part: string }[]): string {
  const parts = [...new Set(conditions.map(({ part }) => part))]
  return parts.length === 0 ? 'it has none' : `its optional parts are ${parts.join(', ')}`
}

function skip({ it, skip: own }: ContractRunner, title: string, reason: string): void {
  if (own !== undefined) own(title, reason)
  else if (it.skip !== undefined) it.skip(`${title} (${reason})`, async () => {})
  else it(`${title} (not tested: ${reason})`, async () => {})
}

async function runCase<H extends Harness, P extends string>(
  create: () => Promise<H>,
  one: Body<H> | Conditional<H, P>,
  lacking: readonly Conditional<H, P>[],
): Promise<void> {
  const harness = await create()
  try {
    for (const { part, has } of lacking)
      assert.ok(!has(harness), `lacks names "${part}", which is there: leave it out, so that it is tested`)
    await (typeof one === 'function' ? one : one.body)(harness)
  } finally {
    await harness.close?.()
  }
}

/** The number of concurrent calls in cases about concurrency. */
export const MANY = 200

/** An array of `count` items. */
export function times<T>(count: number, make: (index: number) => T): readonly T[] {
  return Array.from({ length: count }, (_, index) => make(index))
}

/** A unique id, so that suites can share a database. */
export function uniqueId(prefix: string): string {
  return `${prefix}_${crypto.randomUUID()}`
}

/** Fails if the promise takes longer than 3 seconds. A store that polls may take one or two. */
export async function soon<T>(promise: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new assert.AssertionError({ message: `${what} within 3 s` })), 3000)
  })
  return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}

/** Resolves after `ms` milliseconds. */
export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/** Reads all pages of a list. Fails for a list of more than 100 pages. */
export async function allPages<T>(
  page: (
    cursor: string | null,
  ) => Promise<{ readonly items: readonly T[]; readonly nextCursor: string | null }>,
): Promise<readonly T[]> {
  const items: T[] = []
  let cursor: string | null = null
  for (let pages = 0; pages < 100; pages += 1) {
    const next: Awaited<ReturnType<typeof page>> = await page(cursor)
    items.push(...next.items)
    cursor = next.nextCursor
    if (cursor === null) return items
  }
  throw new assert.AssertionError({ message: 'the list ends' })
}
