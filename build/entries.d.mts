/** Types of the entries of the package, for tests. */

export const ENTRY_OF: Readonly<Record<string, string>>
export const ENTRIES: readonly string[]
export const PROGRAMS: readonly string[]
