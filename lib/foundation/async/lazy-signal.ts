/**
 * An object whose `signal` is made on first use. All instances share one getter: V8 keeps the accessor of each object literal in old space,
 * where it retains the whole call until the next full collection and makes young collections five times as long.
 */

/** Base class of objects that hand out the signal of a cancellation. */
export abstract class LazySignal {
  /** Aborts when the source aborts. It is an own property, so a spread copy of the object has it too. */
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
