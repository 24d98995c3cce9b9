/** The protocol versions of the era of `initialize`. */

import { cleanName } from '../../foundation/text/text.js'

/** The latest version of this era. */
export const LATEST_VERSION = '2025-11-25'
const VERSIONS: readonly string[] = [LATEST_VERSION, '2025-06-18', '2025-03-26', '2024-11-05']
/** The version of a request without the header. MCP 2025-11-25, basic/transports, Protocol Version Header. */
const DEFAULT_VERSION = '2025-03-26'
const BATCHING_VERSION = '2025-03-26'
/** The first version that has elicitation. */
export const FIRST_WITH_ELICITATION = '2025-06-18'

/** UTF-16 units. Longer than any version. */
const MAX_VERSION_LENGTH = 32

/** The version in the header, cleaned for the audit log, since it may not be a version at all. */
export function versionOf(header: string | undefined): string {
  return header === undefined ? DEFAULT_VERSION : cleanName(header, MAX_VERSION_LENGTH)
}

/** Whether a version allows batches. */
export function hasBatches(version: string): boolean {
  return version === BATCHING_VERSION
}

/** Whether a version is served here. */
export function isServed(version: string): boolean {
  return VERSIONS.includes(version)
}

/** The version that `initialize` agrees on: the requested one if it is served, otherwise the latest of this era. */
export function negotiated(requested: string): string {
  return isServed(requested) ? requested : LATEST_VERSION
}
