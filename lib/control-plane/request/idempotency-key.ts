/** Defines what an idempotency key may look like. A key is scoped to workspace, member and tool. */

/** Whether `key` is 1 to 255 visible ASCII characters. */
export function isIdempotencyKey(key: unknown): key is string {
  return typeof key === 'string' && /^[!-~]{1,255}$/.test(key)
}
