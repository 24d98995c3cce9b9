/** What verify runs: cases, in groups. Each ends as passed, failed or skipped. */

/** One case, before it runs. */
export interface VerifyCase {
  /** What it is about, such as `approvals contract`. */
  readonly group: string
  /** What the host does if the case passes, in the present tense. */
  readonly title: string
  /** What to do if it fails. */
  readonly cure: string
  /** Runs it. Throws `NotGiven` if the module does not give what it needs. */
  readonly body: () => Promise<void>
  /** Milliseconds that it may take, if it needs more than others. */
  readonly leastMs?: number
}

/** A case that has run. */
export interface VerifyResult extends Pick<VerifyCase, 'group' | 'title'> {
  readonly status: 'passed' | 'failed' | 'skipped'
  /** How long it took, in milliseconds. */
  readonly ms: number
  /** Why it was skipped, or what is wrong. `null` if it passed. */
  readonly message: string | null
  /** What to do. `null` unless it failed. */
  readonly cure: string | null
}

/** The module does not give what a case needs: it is skipped, for this reason. */
export class NotGiven extends Error {
  override readonly name = 'NotGiven'
}

/** A guarantee does not hold. The message says what happened, in words. */
export class Broken extends Error {
  override readonly name = 'Broken'
}
