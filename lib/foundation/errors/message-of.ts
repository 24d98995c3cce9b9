/** Says in one text what was thrown. */

/** The message of an error, or what was thrown in its place as text. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}
