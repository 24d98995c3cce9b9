/** One condition of the library that protects a tenant, an approval, a key or the process, and the tests that must fail without it. */

export interface Guard {
  /** What could happen without it, as a short sentence. */
  readonly without: string
  /** Below the repository's root. */
  readonly file: string
  /** The text to replace. It occurs in the file exactly once. */
  readonly from: string
  /** The replacement. It must compile, or the check proves nothing. */
  readonly to: string
  /** Test files below the repository's root, one of which must fail. */
  readonly tests: readonly string[]
  /** Runs only the tests whose title matches this pattern. Default: all of the files. */
  readonly only?: string
}

/** `guards(file, tests, rows)`: the guards of one file that one set of tests holds. */
export function guards(
  file: string,
  tests: readonly string[],
  rows: readonly (readonly [without: string, from: string, to: string, only?: string])[],
): readonly Guard[] {
  return rows.map(([without, from, to, only]) => ({
    without,
    file,
    from,
    to,
    tests,
    ...(only === undefined ? {} : { only }),
  }))
}
