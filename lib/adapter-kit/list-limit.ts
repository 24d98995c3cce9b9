/** How many items one page of a list may hold. */

/** What PostgreSQL counts in its `integer`, with one more to see whether there is a next page. */
const MOST = 2_147_483_646

/** Throws a TypeError for a limit that is not a whole number from 0 to 2147483646. */
export function assertListLimit(limit: unknown): void {
  if (typeof limit !== 'number' || !Number.isInteger(limit) || limit < 0 || limit > MOST)
    throw new TypeError(`limit must be a whole number from 0 to ${MOST}`)
}
