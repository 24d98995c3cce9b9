/** Conditions of the SQL: workspace, member, state and expiry. */

import { guards } from '../guard.js'

const CONTRACTS = ['__tests__/postgres/contracts-embedded.test.ts']
const HOST = ['__tests__/postgres/host-side.test.ts', '__tests__/postgres/apart.test.ts']
const BOTH = [...CONTRACTS, ...HOST]

export const POSTGRES_GUARDS = [
  ...guards('lib/postgres/approvals/executions.ts', CONTRACTS, [
    ['an approval without a decision is executed', `and state = 'approved' and expires_at`, `and expires_at`],
    [
      'an approval is executed after it expired',
      `and state = 'approved' and expires_at > statement_timestamp()`,
      `and state = 'approved'`,
    ],
    [
      'another run settles an approval',
      `where id = $1 and run_id = $2 and state = 'executing'\``,
      `where id = $1 and $2::text is not null and state = 'executing'\``,
    ],
    [
      'what is not executing is settled',
      `where id = $1 and run_id = $2 and state = 'executing'\``,
      `where id = $1 and run_id = $2\``,
    ],
    [
      'another run extends a lease',
      `where id = $1 and run_id = $2 and state = 'executing' and lease_ends_at`,
      `where id = $1 and $2::text is not null and state = 'executing' and lease_ends_at`,
    ],
    [
      'a lease that is over is extended',
      `and state = 'executing' and lease_ends_at > statement_timestamp()`,
      `and state = 'executing'`,
    ],
  ]),
  ...guards('lib/postgres/approvals/decisions.ts', CONTRACTS, [
    [
      'a decision is made twice',
      `where id = $1 and state = 'pending' and expires_at`,
      `where id = $1 and expires_at`,
    ],
    [
      'an approval that expired is decided',
      `and state = 'pending' and expires_at > statement_timestamp()`,
      `and state = 'pending'`,
    ],
    [
      'the requester decides for the operator',
      `and not (approver = 'operator' and member_id = $3)`,
      `and not (approver = 'operator' and member_id is null)`,
    ],
    [
      'the member cannot confirm what is theirs',
      `and not (approver = 'operator' and member_id = $3)`,
      `and not (member_id = $3)`,
    ],
  ]),
  ...guards('lib/postgres/approvals/rows.ts', CONTRACTS, [
    [
      'an approval never reads expired',
      `when state in ('pending', 'approved') and expires_at <= \${NOW} then 'expired'\n`,
      '',
    ],
    [
      'an execution whose lease is over continues',
      ` when state = 'executing' and lease_ends_at <= \${NOW} then 'unknown'\n`,
      '',
    ],
    [
      'an expired pending approval answers calls',
      `when 'pending' then expires_at > \${NOW}`,
      `when 'pending' then expires_at is not null`,
    ],
    [
      'an expired approved approval answers calls',
      `when 'approved' then expires_at > \${NOW}`,
      `when 'approved' then expires_at is not null`,
    ],
    [
      'a denial is repeated for ever',
      `when 'denied' then decided_at + replay_ms * interval '1 millisecond' > \${NOW}`,
      `when 'denied' then decided_at is not null`,
    ],
    [
      'an unknown outcome is repeated for ever',
      `when 'executing' then lease_ends_at + replay_ms * interval '1 millisecond' > \${NOW}`,
      `when 'executing' then lease_ends_at is not null`,
    ],
  ]),
  ...guards('lib/postgres/approvals/requests.ts', CONTRACTS, [
    [
      'an approval of another binding answers',
      `where binding = $1 order by seq desc limit 1`,
      `where $1::text is not null order by seq desc limit 1`,
    ],
    ['an approval that is over answers', `where \${LIVE}) found`, `) found`],
  ]),
  ...guards('lib/postgres/approvals/list.ts', HOST, [
    [
      'approvals of another workspace are listed',
      `where workspace_id = $1 and ($2`,
      `where $1::text is not null and ($2`,
    ],
    [
      "another member's approvals are listed",
      `($4::text is null or member_id = $4)`,
      `($4::text is null or member_id <> '')`,
    ],
    [
      'approvals of another state are listed',
      `($3::text is null or \${STATE} = $3)`,
      `($3::text is null or \${STATE} <> '')`,
    ],
    [
      'approvals of another tool are listed',
      `($5::text is null or tool = $5)`,
      `($5::text is null or tool <> '')`,
    ],
  ]),
  ...guards('lib/postgres/records/journal.ts', BOTH, [
    [
      'a checkpoint of another node is overwritten',
      `and (given.any_checkpoint::boolean or run.checkpoint is not distinct from given.if_checkpoint)`,
      '',
    ],
    [
      'a run that has ended changes',
      `and run.status in ('running', 'pending_approval', 'input_required')`,
      '',
    ],
    [
      'a run of another workspace changes',
      `const OPEN = \`run.workspace_id = given.workspace_id and run.id = given.id`,
      `const OPEN = \`run.id = given.id`,
    ],
    ['an update that was not written says that it was', 'return written.has(entry.update)', 'return true'],
  ]),
  ...guards('lib/postgres/records/runs.ts', BOTH, [
    [
      "another member's run answers for an idempotency key",
      `(member_id = $3 and tool = $4 and idempotency_key = $5)`,
      `($3::text is not null and tool = $4 and idempotency_key = $5)`,
    ],
    [
      'a run of another tool answers for an idempotency key',
      `(member_id = $3 and tool = $4 and idempotency_key = $5)`,
      `(member_id = $3 and $4::text is not null and idempotency_key = $5)`,
    ],
    [
      'a run of another workspace answers for an idempotency key',
      `where workspace_id = $1 and (id = $2 or (`,
      `where $1::text is not null and (id = $2 or (`,
    ],
    [
      'a run of another workspace is read',
      `where workspace_id = $1 and id = $2) run`,
      `where $1::text is not null and id = $2) run`,
    ],
    [
      'a run of another workspace is extended',
      `where workspace_id = $1 and id = $2 and status = 'running' and lease_ends_at`,
      `where $1::text is not null and id = $2 and status = 'running' and lease_ends_at`,
    ],
    [
      'a run whose lease is over is extended',
      `and status = 'running' and lease_ends_at > statement_timestamp()`,
      `and status = 'running'`,
    ],
    [
      'a run whose process died reads running',
      `case when status = 'running' and lease_ends_at <= statement_timestamp() then 'unknown' else status end`,
      `case when status = 'running' then 'running' else status end`,
    ],
    [
      'runs of another workspace are listed',
      `where workspace_id = $1 and ($2::bigint`,
      `where $1::text is not null and ($2::bigint`,
    ],
    [
      "another member's runs are listed",
      `($3::text is null or member_id = $3)`,
      `($3::text is null or member_id <> '')`,
    ],
    [
      'runs of another tool are listed',
      `($4::text is null or tool = $4)`,
      `($4::text is null or tool <> '')`,
    ],
    [
      'runs of another state are listed',
      `($5::text is null or \${STATUS} = $5)`,
      `($5::text is null or \${STATUS} <> '')`,
    ],
  ]),
  ...guards('lib/postgres/memory/memory.ts', BOTH, [
    [
      'memory of another workspace is read',
      `from \${schemaPrefix}memory_entries where workspace_id = $1 and key = $2\``,
      `from \${schemaPrefix}memory_entries where $1::text is not null and key = $2\``,
    ],
    [
      'memory of another workspace is listed',
      `where workspace_id = $1 and ($2::text is null or key > $2)`,
      `where $1::text is not null and ($2::text is null or key > $2)`,
    ],
    [
      'the history of another workspace is shown',
      `from \${schemaPrefix}memory_history where workspace_id = $1 and key = $2`,
      `from \${schemaPrefix}memory_history where $1::text is not null and key = $2`,
    ],
    [
      'an entry is retitled in every workspace',
      `mime_type = $5 where workspace_id = $1 and key = $2`,
      `mime_type = $5 where $1::text is not null and key = $2`,
    ],
  ]),
  ...guards('lib/postgres/memory/changes.ts', BOTH, [
    [
      'an entry of another workspace is deleted',
      `delete from \${schemaPrefix}memory_entries entry where workspace_id = $1 and key = $2`,
      `delete from \${schemaPrefix}memory_entries entry where $1::text is not null and key = $2`,
    ],
    [
      'an entry of another workspace is changed',
      `update \${schemaPrefix}memory_entries entry set \${changes} where workspace_id = $1 and key = $2`,
      `update \${schemaPrefix}memory_entries entry set \${changes} where $1::text is not null and key = $2`,
    ],
    [
      'a change made in between is overwritten',
      `and revision::text = $7 and`,
      `and $7::text is not null and`,
    ],
    ['a change made in between is deleted', `'and revision::text = $6'`, `'and $6::text is not null'`],
    [
      'a conflict tells of another workspace',
      `from \${schemaPrefix}memory_entries where workspace_id = $1 and key = $2\``,
      `from \${schemaPrefix}memory_entries where $1::text is not null and key = $2\``,
    ],
  ]),
  ...guards('lib/postgres/members.ts', BOTH, [
    [
      'a member of another workspace is found by id',
      `'workspace_id = $1 and id = $2'`,
      `'$1::text is not null and id = $2'`,
    ],
    [
      'a member of another workspace is found by address',
      `'workspace_id = $1 and email_key = $2'`,
      `'$1::text is not null and email_key = $2'`,
    ],
    [
      'a member is deactivated in every workspace',
      `set active = $3::boolean where workspace_id = $1 and id = $2`,
      `set active = $3::boolean where $1::text is not null and id = $2`,
    ],
  ]),
  ...guards('lib/postgres/api-keys.ts', BOTH, [
    ['any digest finds a key', `where digest = $1`, `where $1::text is not null`],
    [
      'keys of another workspace are listed',
      `where workspace_id = $1 order by created_at desc, id`,
      `where $1::text is not null order by created_at desc, id`,
    ],
    [
      'a revoked key is rotated into a new one',
      `where workspace_id = $1 and id = $2 and revoked_at is null`,
      `where workspace_id = $1 and id = $2`,
    ],
    [
      'a key of another workspace is rotated',
      `where workspace_id = $1 and id = $2 and revoked_at is null`,
      `where $1::text is not null and id = $2 and revoked_at is null`,
    ],
    [
      'a key is revoked in every workspace',
      `where workspace_id = $1 and id = $2 returning 'true' as row`,
      `where $1::text is not null and id = $2 returning 'true' as row`,
    ],
    [
      'a revocation to come moves an earlier one back',
      `least(revoked_at, coalesce(`,
      `coalesce($3::timestamptz, coalesce(`,
    ],
  ]),
  ...guards('lib/postgres/prune.ts', HOST, [
    [
      'pruning removes idempotency keys of the last day',
      `begun_at < statement_timestamp() - interval '1 day' and lease_ends_at < statement_timestamp() - interval '1 day'
    and coalesce(ended_at, begun_at) < statement_timestamp() - interval '25 hours' and`,
      `begun_at is not null and`,
    ],
    ['pruning removes approvals that still answer', `\`not (\${LIVE})\``, `'true'`],
    ['pruning removes runs whose approval still answers', ` and not exists (\${live})\``, '`'],
    [
      'pruning removes what is newer than asked',
      `where \${age} < $1::timestamptz and \${rest}`,
      `where \${age} is not null and $1::timestamptz is not null and \${rest}`,
    ],
    [
      'pruning removes the history of what is there',
      `and entry.key = old.key and entry.revision = old.revision`,
      `and entry.key = old.key and entry.revision <> old.revision`,
    ],
  ]),
]
