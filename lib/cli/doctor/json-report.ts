/** Writes the report for programs. `schemaVersion` changes when a member is removed or changes its meaning; new ids of checks do not change it. */

import type { Result } from './examination/examine.js'
import { summaryOf } from './report.js'

interface Examined {
  readonly url: string
  readonly startedAt: Date
  readonly results: readonly Result[]
  readonly interrupted: boolean
}

/** One JSON document. */
export function jsonReport({ url, startedAt, results, interrupted }: Examined): string {
  const report = {
    schemaVersion: 1,
    url,
    startedAt: startedAt.toISOString(),
    interrupted,
    checks: results.map(({ id, group, status, title, seen, expected, cure, ms }) => ({
      id,
      group,
      status,
      title,
      seen,
      expected,
      cure,
      ms,
    })),
    summary: summaryOf(results),
  }
  return `${JSON.stringify(report, null, 2)}\n`
}
