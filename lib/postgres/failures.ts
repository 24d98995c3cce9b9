/** What a failed statement means: try again, blame one row, or give up. https://www.postgresql.org/docs/current/errcodes-appendix.html */

/** Serialization failure, deadlock: the statement was undone as a whole, and may well succeed now. */
const AGAIN = new Set(['40001', '40P01'])

/** Data that the database refuses: 22 data exception, 23 constraint. Everything else concerns the statement or the connection. */
const REFUSED_DATA = /^2[23]/

export const UNIQUE_VIOLATION = '23505'

export function sqlState(error: unknown): string | null {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
    ? error.code
    : null
}

export function isRefusedData(error: unknown): boolean {
  return REFUSED_DATA.test(sqlState(error) ?? '')
}

const TRIES = 6

/** Runs what PostgreSQL undid to keep order once more, and again, with growing pauses of random length. */
export async function retried<T>(act: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await act()
    } catch (error) {
      if (attempt === TRIES || !AGAIN.has(sqlState(error) ?? '')) throw error
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 5 * 2 ** attempt))
    }
  }
}
