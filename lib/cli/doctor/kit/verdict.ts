/** What a check says of what it saw. */

/** `skip`: it was not judged, and `seen` says why. */
export type Status = 'pass' | 'warn' | 'fail' | 'skip'

/** The judgement of one check. */
export interface Verdict {
  readonly status: Status
  /** What was seen; for `skip`, why nothing was. */
  readonly seen: string
  /** What should have been seen; `null` if nothing is wrong. */
  readonly expected: string | null
  /** What to do; `null` if nothing is wrong. */
  readonly cure: string | null
  /** The check without which this one and all that need it say nothing. Only with `skip`. */
  readonly blockedBy?: string
}

/** What is wrong, and what to do. */
interface Finding {
  readonly seen: string
  readonly expected: string
  readonly cure: string
}

/** Nothing is wrong. */
export function pass(seen: string): Verdict {
  return { status: 'pass', seen, expected: null, cure: null }
}

/** Does not apply here. What needs this check goes on. */
export function skip(reason: string): Verdict {
  return { status: 'skip', seen: reason, expected: null, cure: null }
}

/** Works, but not well; or it cannot be known. */
export function warn(finding: Finding): Verdict {
  return { status: 'warn', ...finding }
}

/** Is wrong. What needs this check is skipped. */
export function fail(finding: Finding): Verdict {
  return { status: 'fail', ...finding }
}

/** Cannot be judged while `check` has no good answer. What needs this one is skipped too. */
export function blockedBy(check: string, reason: string): Verdict {
  return { ...skip(reason), blockedBy: check }
}
