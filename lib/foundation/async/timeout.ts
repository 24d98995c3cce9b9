/** Limits how long a caller waits for a promise. */

/**
 * The result of `work`. Rejects with an Error when it takes longer than `ms` milliseconds; `sentence` is the start of its message. The work
 * itself is not stopped.
 */
export function withTimeout<T>(ms: number, work: Promise<T>, sentence: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${sentence} within ${ms} ms`)), ms)
  })
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}
