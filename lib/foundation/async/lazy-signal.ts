/**
 * A signal that is made for those who look at it. A getter in an object literal would do, but V8 keeps the accessor of each one in old
 * space, where it holds all of its call until the next full collection, and young collections take five times as long. So there is one getter.
 */

export abstract class LazySignal {
  /** An own member, so that a copy of the object has it too. */
  declare readonly signal: AbortSignal
  readonly #source: { readonly signal: AbortSignal }

  static readonly #own = {
    enumerable: true,
    get(this: LazySignal): AbortSignal {
      return this.#source.signal
    },
  }

  constructor(source: { readonly signal: AbortSignal }) {
    this.#source = source
    Object.defineProperty(this, 'signal', LazySignal.#own)
  }
}
