/** What the in-memory stores refuse: the contract suites must notice. */

import { guards } from '../guard.js'

const APPROVALS = ['__tests__/testing/in-memory-approvals.test.ts', '__tests__/testing/in-memory.test.ts']
const RUNS = ['__tests__/testing/in-memory-stores.test.ts', '__tests__/testing/in-memory.test.ts']

export const STORE_GUARDS = [
  ...guards('lib/testing/in-memory/approvals.ts', APPROVALS, [
    [
      'an approval without a decision is consumed',
      "if (found?.state !== 'approved') return null",
      'if (found === null) return null',
    ],
    [
      'another run settles',
      'if (found !== null && open && found.runId === runId)',
      'if (found !== null && open)',
    ],
    [
      'what is not executing is settled',
      'if (found !== null && open && found.runId === runId)',
      'if (found !== null && found.runId === runId)',
    ],
    [
      'another run extends a lease',
      "if (found?.state === 'executing' && found.runId === runId)",
      "if (found?.state === 'executing')",
    ],
    [
      'a decision is made twice',
      "if (found.state !== 'pending') return { status: 'not_pending', approval: toPublic(found) }",
      '',
    ],
    [
      'the requester decides for the operator',
      "return found.approver === 'operator' && decidedBy === found.memberId",
      "return found.approver === 'operator' && decidedBy === ''",
    ],
  ]),
  ...guards('lib/testing/in-memory/approval-table.ts', APPROVALS, [
    [
      'an approval never expires',
      'if (end === null || end > now) return stored',
      'if (end === null || end) return stored',
    ],
    [
      'an execution whose lease is over continues',
      "state: stored.state === 'executing' ? 'unknown' : 'expired'",
      "state: stored.state === 'executing' ? 'executing' : 'expired'",
    ],
    ['an expired approval answers calls', "if (approval.state === 'expired') return false", ''],
    ['an outcome is replayed for ever', 'after(over, approval.replayMs) > now', 'now > over'],
  ]),
  ...guards('lib/testing/in-memory/runs.ts', RUNS, [
    [
      'a run that has ended ends again',
      'return isOpen && (ifCheckpoint === undefined || ifCheckpoint === checkpoint)',
      'return ifCheckpoint === undefined || ifCheckpoint === checkpoint',
    ],
    [
      'a checkpoint of another node is overwritten',
      'isOpen && (ifCheckpoint === undefined || ifCheckpoint === checkpoint)',
      'isOpen',
    ],
    [
      'a lease that is over is extended',
      "if (row !== null && statusOf(row, clock()) === 'running') row",
      'if (row !== null) row',
    ],
    [
      'a run whose process died reads running',
      "status === 'running' && leaseEndsAt <= now.getTime() ? 'unknown' : status",
      'leaseEndsAt < 0 ? status : status',
    ],
    ["another member's runs are listed", '(memberId === undefined || row.memberId === memberId) &&', ''],
  ]),
]
