import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freshName, openPostgres, type TestDatabase } from '../../support/databases.js'
import { type Run, runVerify, verdictOf } from './process.js'

/** Stores that outlive their process pass, also when it is killed; those that forget are found. Each takes as long as a lease, so all run at once. */

const folder = mkdtempSync(join(tmpdir(), 'allv-verify-'))
const FORGETS = '__tests__/cli/verify/modules/forgets.mjs'
const SQLITE = '.build/examples/sqlite-store/verification.js'
const POSTGRES = '__tests__/cli/verify/modules/postgres.mjs'

/** What each kind of forgetting must be called. */
const forgets = {
  everything: [
    'a key from before was answered HTTP 401 with UNAUTHENTICATED after the restart',
    'a call with an idempotency key ran 2 times: its repeat after the crash ran it again',
    'a call whose approval was pending at the crash was answered APPROVAL_PENDING',
  ],
  runs: [
    'a call with an idempotency key ran 2 times: its repeat after the crash ran it again',
    'a call that had ended ran 2 times, because its repeat after the restart ran it again',
  ],
  approvals: [
    'the approved call was answered APPROVAL_PENDING',
    'a call whose approval was pending at the crash was answered APPROVAL_PENDING',
  ],
  consumption: ['an approved call ran 2 times: its repeat after the crash ran it again'],
  outcomes: ['the repeat of a call that had ended was answered OUTCOME_UNKNOWN'],
} as const
const kinds = Object.entries(forgets)

let postgres: TestDatabase | null = null
const runs = new Map<string, Run>()

beforeAll(async () => {
  postgres = await openPostgres()
  const all = {
    sqlite: runVerify([SQLITE], { SQLITE_FILE: join(folder, 'sqlite.db') }),
    pglite: runVerify([POSTGRES, '--only', 'guarantee', '--timeout', '120'], {
      VERIFY_FOLDER: join(folder, 'pglite'),
    }),
    ...(postgres === null
      ? {}
      : {
          postgres: runVerify([POSTGRES, '--timeout', '120'], {
            VERIFY_URL: postgres.url,
            VERIFY_SCHEMA: postgres.schema,
          }),
        }),
    ...Object.fromEntries(
      kinds.map(([kind]) => [
        kind,
        runVerify([FORGETS, '--only', 'crash'], {
          FORGETS: kind,
          SQLITE_FILE: join(folder, `${kind}-${freshName()}.db`),
        }),
      ]),
    ),
  }
  for (const [name, run] of Object.entries(all)) runs.set(name, await run)
}, 600_000)

afterAll(async () => {
  await postgres?.close()
  rmSync(folder, { recursive: true, force: true })
})

it.each(['sqlite', 'pglite', 'postgres'])('passes stores that keep their promises: %s', (name) => {
  const run = runs.get(name)
  // Without a PostgreSQL, `openPostgres` has said so.
  if (run === undefined) expect([name, postgres]).toEqual(['postgres', null])
  else {
    expect(verdictOf(run)).toEqual([expect.stringMatching(/^verify: \d{2,3} passed, 0 failed, \d+ skipped$/)])
    expect(run.code).toBe(0)
  }
})

it.each(kinds)('finds a store that forgets %s when its process is killed', (kind, sentences) => {
  const run = runs.get(kind)
  const said = run === undefined ? [] : verdictOf(run).map((line) => line.replace('      what: ', ''))
  expect(said).toEqual(expect.arrayContaining([...sentences]))
  expect(run?.code).toBe(1)
})
