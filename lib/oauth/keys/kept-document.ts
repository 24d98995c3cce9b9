/** A document that is fetched when it is first needed, fetched again in the background, and kept for a while when it can no longer be fetched. */

import { OAuthOutage } from './outage.js'

/** When a document is fetched again, and how long an old one counts. All in milliseconds. */
export interface KeepingTimes {
  /** How old a document may be before it is fetched again in the background. */
  readonly refreshMs: number
  /** How old a document may be before requests are refused. */
  readonly staleMs: number
  /** The least time between two fetches. */
  readonly cooldownMs: number
  /** The present time, in milliseconds since 1970. */
  readonly now: () => number
}

/** Fetches a document, and is told when a newer one has replaced an older one. */
export interface DocumentSource<T> {
  readonly load: () => Promise<T>
  readonly changed?: (after: T, before: T) => void
}

/** A document that is kept. */
export class KeptDocument<T> {
  readonly #source: DocumentSource<T>
  readonly #times: KeepingTimes
  #kept: { readonly value: T; readonly at: number } | null = null
  #pending: Promise<T> | null = null
  #triedAt = Number.NEGATIVE_INFINITY
  #failure: unknown = null

  constructor(source: DocumentSource<T>, times: KeepingTimes) {
    this.#source = source
    this.#times = times
  }

  /** The document. Rejects with an OAuthOutage if there is none that is young enough. */
  async current(): Promise<T> {
    const { refreshMs, staleMs } = this.#times
    const kept = this.#kept
    if (kept === null || this.#ageOf(kept.at) > staleMs) {
      if (this.#mayTry()) return this.#fetchNow()
      throw this.#outage()
    }
    // The request does not wait for it. A failure counts only when the document is too old.
    if (this.#ageOf(kept.at) >= refreshMs && this.#mayTry()) this.#fetchNow().catch(() => {})
    return kept.value
  }

  /**
   * A document that was fetched after this call began, or the current one if the last fetch was a moment ago. Rejects with an OAuthOutage if it
   * cannot be fetched.
   */
  async newer(): Promise<T> {
    if (this.#mayTry()) return this.#fetchNow()
    if (this.#kept !== null && this.#failure === null) return this.#kept.value
    throw this.#outage()
  }

  #mayTry(): boolean {
    return this.#pending !== null || this.#ageOf(this.#triedAt) >= this.#times.cooldownMs
  }

  /** Clocks are set back too. */
  #ageOf(at: number): number {
    return Math.abs(this.#times.now() - at)
  }

  #outage(): OAuthOutage {
    return new OAuthOutage('the last attempt failed a moment ago', { cause: this.#failure })
  }

  /** One fetch at a time, for all callers. */
  #fetchNow(): Promise<T> {
    if (this.#pending !== null) return this.#pending
    const began = this.#times.now()
    this.#triedAt = began
    this.#pending = this.#fetch(began).finally(() => {
      this.#pending = null
    })
    return this.#pending
  }

  async #fetch(began: number): Promise<T> {
    try {
      const value = await this.#source.load()
      const before = this.#kept
      this.#kept = { value, at: began }
      this.#failure = null
      if (before !== null) this.#source.changed?.(value, before.value)
      return value
    } catch (cause) {
      this.#failure = cause
      throw cause
    }
  }
}
