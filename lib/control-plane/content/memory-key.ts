/** Defines what a memory key may look like. Any other key is answered as "not found", so that no error says more. */

const MAX_KEY_LENGTH = 512

/** Whether `key` is 1 to 512 UTF-16 units without control characters, backslashes and empty, `.` or `..` segments. */
export function isMemoryKey(key: unknown): key is string {
  return (
    typeof key === 'string' &&
    key.length > 0 &&
    key.length <= MAX_KEY_LENGTH &&
    key.isWellFormed() &&
    !/[\p{Cc}\\]/u.test(key) &&
    !key.split('/').some((segment) => segment === '' || segment === '.' || segment === '..')
  )
}
