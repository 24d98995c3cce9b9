/** What keeps workspaces, members, credentials and sessions apart. */

import { guards } from '../guard.js'

const TWINS = ['__tests__/same-ids-in-two-workspaces.test.ts']

export const TENANT_GUARDS = [
  ...guards('lib/approvals/own.ts', TWINS, [
    [
      'an approval of another workspace is shown where member ids repeat',
      'approval.workspaceId === context.workspaceId &&',
      '',
    ],
  ]),
  ...guards('lib/mcp/sessions.ts', TWINS, [
    [
      'a session id of another workspace is taken',
      'return { workspaceId, credentialId: credential.id, memberId: member.id }',
      'return { credentialId: credential.id, memberId: member.id }',
    ],
  ]),
  ...guards('lib/mcp/calls-in-flight.ts', TWINS, [
    ['a call of another workspace is cancelled', 'a.context.workspaceId === b.context.workspaceId &&', ''],
  ]),
  ...guards(
    'lib/pipeline/scopes.ts',
    ['__tests__/scopes.test.ts'],
    [
      [
        'memory:* grants memoryx',
        'wanted.startsWith(scope.slice(0, -1))',
        'wanted.startsWith(scope.slice(0, -2))',
      ],
    ],
  ),
]
