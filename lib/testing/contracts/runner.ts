/** What a contract suite is: cases by title, run by any test runner on a fresh harness each. Assertions are node:assert's. */

import assert from 'node:assert/strict'

/** Any runner that has these two: jest, vitest, mocha, node:test. */
export interface ContractRunner {
  readonly describe: (title: string, body: () => void) => void
  readonly it: (title: string, body: () => Promise<void>) => void
}

export interface Harness {
  /** Frees what the harness opened; runs after every case, failed or not. */
  close?(): Promise<void>
}

export type Case<H extends Harness> = (harness: H) => Promise<void>

/** By title: what the adapter does, in the present tense. */
export type Cases<H extends Harness> = Readonly<Record<string, Case<H>>>

/** A suite of cases. What an adapter does not offer (an optional method, an optional part of the harness) is passed over. */
export function defineContract<H extends Harness>(
  title: string,
  cases: Cases<H>,
): (runner: ContractRunner, create: () => Promise<H>) => void {
  return ({ describe, it }, create) => {
    describe(title, () => {
      for (const [name, body] of Object.entries(cases)) it(name, () => runCase(create, body))
    })
  }
}

async function runCase<H extends Harness>(create: () => Promise<H>, body: Case<H>): Promise<void> {
  const harness = await create()
  try {
    await body(harness)
  } finally {
    await harness.close?.()
  }
}

/** How many act at once where a promise is about concurrency. */
export const MANY = 200

export function times<T>(count: number, make: (index: number) => T): readonly T[] {
  return Array.from({ length: count }, (_, index) => make(index))
}

/** An id that no other case uses, so that suites may share a database. */
export function uniqueId(prefix: string): string {
  return `${prefix}_${crypto.randomUUID()}`
}

/** Fails instead of waiting for ever. "Soon" is this long: a store that is polled may take a second or two. */
export async function soon<T>(promise: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new assert.AssertionError({ message: `${what} within 3 s` })), 3000)
  })
  return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/** Gathers a paged list, and fails for one that never ends. */
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
