/** One condition of the library that protects somebody, and the test that must fail once the condition is gone. */

export interface Guard {
  /** What could happen without it, as a short sentence. */
  readonly without: string
  /** Below the repository's root. */
  readonly file: string
  /** The text that is taken out. It stands in the file exactly once. */
  readonly from: string
  /** What stands in its place. It compiles, or the check proves nothing. */
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
