/** Compares what tools did with what the library says, after every node is dead and every lease is over. */

import type { Pool } from 'pg'
import type { Answered } from './traffic.js'

/** What must be empty, each with a sentence for what is in it. */
const FAULTS: Readonly<Record<string, string>> = {
  'an approval was executed twice':
    'select approval_id from effects where approval_id is not null group by 1 having count(*) > 1',
  'a run had its effect twice': 'select run_id from effects group by 1 having count(*) > 1',
  'a wish was fulfilled twice': 'select token from effects group by 1 having count(*) > 1',
  'an effect has no run':
    'select e.run_id from effects e left join allv_mcp.runs r on r.id = e.run_id where r.id is null',
  'an effect has no run.started before it': `select e.run_id from effects e where not exists (
     select 1 from allv_mcp.audit_events a where a.event ->> 'runId' = e.run_id and a.type = 'run.started' and a.recorded_at <= e.at)`,
  'an approved effect has no decision before it': `select e.run_id from effects e where e.approval_id is not null and not exists (
     select 1 from allv_mcp.audit_events a where a.event ->> 'approvalId' = e.approval_id and a.type = 'approval.decided'
       and a.event ->> 'outcome' = 'approved' and a.recorded_at <= e.at)`,
  'an effect happened under a run that says it did not': `select e.run_id from effects e join allv_mcp.runs r on r.id = e.run_id
     where r.status not in ('succeeded', 'running')`,
  'a run that succeeded has no effect': `select r.id from allv_mcp.runs r where r.status = 'succeeded'
     and not exists (select 1 from effects e where e.run_id = r.outcome ->> 'runId')`,
  'an approval was consumed by a run that there is not': `select a.id from allv_mcp.approvals a
     where a.run_id is not null and not exists (select 1 from allv_mcp.runs r where r.id = a.run_id)`,
  'a run without an end still runs': `select id from allv_mcp.runs where status = 'running' and lease_ends_at > now()`,
}

export interface Verdict {
  readonly faults: readonly string[]
  readonly counts: Readonly<Record<string, number>>
}

export async function judge(pool: Pool, answered: readonly Answered[]): Promise<Verdict> {
  const faults: string[] = []
  for (const [sentence, text] of Object.entries(FAULTS)) {
    const { rows } = await pool.query(text)
    if (rows.length > 0) faults.push(`${sentence}: ${rows.length} times, such as ${JSON.stringify(rows[0])}`)
  }
  const { rows: effects } = await pool.query<{ token: string }>('select token from effects')
  const happened = new Set(effects.map(({ token }) => token))
  for (const { token, answer } of answered) {
    if (answer === 'done' && !happened.has(token))
      faults.push(`"done" was said of ${token}, which never happened`)
    if (answer === 'denied' && happened.has(token))
      faults.push(`"denied" was said of ${token}, which happened`)
  }
  return { faults, counts: await count(pool, answered) }
}

async function count(pool: Pool, answered: readonly Answered[]): Promise<Verdict['counts']> {
  const one = async (text: string) => Number((await pool.query<{ n: string }>(text)).rows[0]?.n)
  const answers = (answer: Answered['answer']) => answered.filter((one) => one.answer === answer).length
  return {
    wishes: answered.length,
    'asked more than once': answered.filter(({ tries }) => tries > 1).length,
    done: answers('done'),
    denied: answers('denied'),
    unknown: answers('unknown'),
    'gave up': answers('gave up'),
    effects: await one('select count(*) as n from effects'),
    'approved effects': await one('select count(*) as n from effects where approval_id is not null'),
    runs: await one('select count(*) as n from allv_mcp.runs'),
    'interrupted runs': await one(`select count(*) as n from allv_mcp.runs where status = 'running'`),
    'interrupted runs whose effect happened': await one(
      `select count(*) as n from allv_mcp.runs r join effects e on e.run_id = r.id where r.status = 'running'`,
    ),
    'audit events': await one('select count(*) as n from allv_mcp.audit_events'),
  }
}
