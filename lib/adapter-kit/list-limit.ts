/** Checks the size of a page of a list. */

/** PostgreSQL's largest `integer` minus one: stores read one more item, to see whether there is a next page. */
const MAX_LIMIT = 2_147_483_646

/** Throws a TypeError for a limit that is not a whole number from 0 to 2147483646. */
export function assertListLimit(limit: unknown): void {
  if (typeof limit !== 'number' || !Number.isInteger(limit) || limit < 0 || limit > MAX_LIMIT)
    throw new TypeError(`limit must be a whole number from 0 to ${MAX_LIMIT}`)
}
