/** What an idempotency key may look like: visible ASCII, 1 to 255 characters. Scoped to workspace, member and tool. */

export function isIdempotencyKey(key: unknown): key is string {
  return typeof key === 'string' && /^[!-~]{1,255}$/.test(key)
}
