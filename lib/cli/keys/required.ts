/** An option of `keys` that must be given. */

import { UsageError } from '../kit/failures.js'

/** Its value. Throws a UsageError where it is missing or empty. */
export function required(option: string, value: string | undefined): string {
  if (value !== undefined && value.trim() !== '') return value
  throw new UsageError(`--${option} is missing`)
}
