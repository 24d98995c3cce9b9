/** What the contract suites need of a test runner: any that has `describe` and `it`. Assertions are node:assert's. */

export interface ContractRunner {
  readonly describe: (title: string, body: () => void) => void
  readonly it: (title: string, body: () => Promise<void>) => void
}

/** Makes the harness of a case, runs the case, and closes what the harness opened. */
export function caseOf<H extends { close?(): Promise<void> }>(
  create: () => Promise<H>,
  body: (harness: H) => Promise<void>,
): () => Promise<void> {
  return async () => {
    const harness = await create()
    try {
      await body(harness)
    } finally {
      await harness.close?.()
    }
  }
}

/** An id that no other case uses, so that suites may share a database. */
export function uniqueId(prefix: string): string {
  return `${prefix}_${crypto.randomUUID()}`
}
