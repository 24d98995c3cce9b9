import { createPostgresAdapters, migrate } from 'allv-mcp/postgres'
import pg from 'pg'
import { approvalRequest, outcomeOf, runEnd } from '../../lib/testing/harness/context.js'
import { createEffects, recordEffect } from '../chaos/effects.js'
import { judge } from '../chaos/verdict.js'
import { createDatabase } from '../support/databases.js'
import { event, start } from '../testing/records.js'

/** The check of the chaos run must be able to find each fault, and finds none in a correct store. */

const database = await createDatabase()

it('runs if PostgreSQL answers', () => {
  expect(database === null || URL.canParse(database.url)).toBe(true)
})

if (database !== null) {
  const pool = new pg.Pool({ connectionString: database.url })
  // `end()` resolves before the sockets are closed, and dropping the database then cuts them off.
  pool.on('error', () => {})
  const { runs, audit, approvals } = createPostgresAdapters({
    pool,
  })
  afterAll(async () => {
    await pool.end()
    await database.drop()
  })
  beforeAll(async () => {
    await migrate({ pool })
    await createEffects(pool)
  })
  beforeEach(() => pool.query('truncate effects, allv_mcp.runs, allv_mcp.approvals, allv_mcp.audit_events'))

  const done = { token: 'token_1', tool: 'effects.approved', answer: 'done', tries: 1 } as const

  /** One approved call as it should be. */
  async function oneCall() {
    const { id: approvalId } = await approvals.request(approvalRequest({ workspaceId: 'ws_acme' }))
    const run = start({ id: 'run_1' })
    await runs.begin(run)
    await audit.append([{ ...event, id: 'evt_1', type: 'run.started', runId: 'run_1' }])
    await approvals.decide({ id: approvalId, decision: 'approve', decidedBy: 'operator' })
    await approvals.consume({ id: approvalId, runId: 'run_1', leaseMs: 1000 })
    await new Promise((resolve) => setTimeout(resolve, 2))
    await recordEffect(pool, { runId: 'run_1', approvalId, token: 'token_1' })
    await runs.end({ ...runEnd(run), approvalId })
    await approvals.settle({ id: approvalId, runId: 'run_1', outcome: outcomeOf('run_1') })
    return { approvalId, run }
  }

  it('finds no fault in a correct call', async () => {
    await oneCall()
    expect((await judge(pool, [done])).faults).toEqual([])
  })

  it.each<[string, (approvalId: string) => Promise<unknown>]>([
    [
      'an approval was executed twice',
      (approvalId) => recordEffect(pool, { runId: 'run_1', approvalId, token: 'token_2' }),
    ],
    [
      'a run had its effect twice',
      () => recordEffect(pool, { runId: 'run_1', approvalId: null, token: 'token_2' }),
    ],
    [
      'a wish was fulfilled twice',
      () => recordEffect(pool, { runId: 'run_2', approvalId: null, token: 'token_1' }),
    ],
    ['an effect has no run', () => pool.query('delete from allv_mcp.runs')],
    [
      'an effect has no run.started before it',
      () => pool.query(`delete from allv_mcp.audit_events where type = 'run.started'`),
    ],
    [
      'an effect has no run.started before it',
      () => pool.query(`update allv_mcp.audit_events set recorded_at = now() + interval '1 minute'`),
    ],
    [
      'an approved effect has no decision before it',
      () => pool.query(`delete from allv_mcp.audit_events where type = 'approval.decided'`),
    ],
    [
      'an effect happened under a run that says it did not',
      () => pool.query(`update allv_mcp.runs set status = 'failed'`),
    ],
    ['a run that succeeded has no effect', () => pool.query('delete from effects')],
    ['"done" was said of token_1, which never happened', () => pool.query('delete from effects')],
    [
      'an approval was consumed by a run that there is not',
      () => pool.query(`update allv_mcp.approvals set run_id = 'run_none'`),
    ],
    ['a run without an end still runs', () => runs.begin(start({ id: 'run_3' }))],
  ])('notices that %s', async (sentence, spoil) => {
    const { approvalId } = await oneCall()
    await spoil(approvalId)
    const { faults } = await judge(pool, [done])
    expect(faults.filter((fault) => fault.startsWith(sentence))).toHaveLength(1)
  })

  it('notices that "denied" was said of a call that ran', async () => {
    await oneCall()
    const { faults } = await judge(pool, [{ ...done, answer: 'denied' }])
    expect(faults).toEqual(['"denied" was said of token_1, which happened'])
  })
}
