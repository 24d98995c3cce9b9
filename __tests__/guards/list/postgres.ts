/** Conditions of the SQL: workspace, member, state and expiry. */

import { guards } from '../guard.js'

export const POSTGRES_GUARDS = [
  ...guards(
    'lib/postgres/approval-executions.ts',
    ['__tests__/postgres/contracts.test.ts'],
    [
      [
        'an approval that nobody gave is executed',
        `where id = $1 and state = 'approved' and expires_at`,
        `where id = $1 and expires_at`,
        'approvals',
      ],
      [
        'an approval is executed after it expired',
        `and state = 'approved' and expires_at > statement_timestamp()`,
        `and state = 'approved'`,
        'approvals',
      ],
      [
        'another run settles an approval',
        `where id = $1 and run_id = $2 and state = 'executing'\``,
        `where id = $1 and $2::text is not null and state = 'executing'\``,
        'approvals',
      ],
    ],
  ),
]
