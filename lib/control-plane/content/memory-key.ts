/** What a memory key may look like. Anything else is "not found", never an error that tells more. */

const MAX_KEY_LENGTH = 512

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
