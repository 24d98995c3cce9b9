/** What keeps workspaces, members, credentials and sessions apart. */

import { guards } from '../guard.js'

const TWINS = ['__tests__/same-ids-in-two-workspaces.test.ts']
const KINDS = ['__tests__/credential-kind.test.ts']
const HANDLES = [
  '__tests__/input-requests.test.ts',
  '__tests__/threats/request-state.test.ts',
  '__tests__/streaming.test.ts',
]

const BUS = ['__tests__/sealed-events.test.ts']

export const TENANT_GUARDS = [
  ...guards('lib/control-plane/runtime/sealed-events.ts', BUS, [
    ['an event is opened for another workspace', 'event.workspaceId === workspaceId &&', ''],
    ['an event is opened for another member', '&& event.memberId === memberId', ''],
  ]),
  ...guards('lib/control-plane/runtime/event-bus.ts', BUS, [
    ['a stranger on the bus says what only the library may', 'if (!isBusEvent(event)) return', ''],
    [
      'a stranger on the bus writes the log full',
      'if (performance.now() - reportedAt < REPORT_INTERVAL_MS) return',
      '',
    ],
  ]),
  ...guards('lib/control-plane/approvals/find.ts', TWINS, [
    [
      'an approval of another workspace is shown where member ids repeat',
      'approval.workspaceId === context.workspaceId &&',
      '',
    ],
  ]),
  ...guards(
    'lib/control-plane/approvals/find.ts',
    ['__tests__/isolation.test.ts'],
    [
      [
        'an approval of another member is shown',
        'approval.memberId === context.member.id',
        "approval.memberId !== ''",
      ],
      ['a store that mixes approvals up shows another one', 'approval?.id === id &&', 'approval !== null &&'],
    ],
  ),
  ...guards('lib/control-plane/access/caller-key.ts', TWINS, [
    [
      'a session id, or state that a client carries, is taken in another workspace',
      '  return {\n    workspaceId,\n    credentialKind',
      "  return {\n    workspaceId: '',\n    credentialKind",
    ],
    ['a call of another workspace is cancelled', 'a.workspaceId === b.workspaceId &&', ''],
  ]),
  ...guards('lib/control-plane/access/caller-key.ts', HANDLES, [
    [
      'a session id, or state that a client carries, is taken from another key',
      '    credentialId: credential.id,\n',
      "    credentialId: '',\n",
    ],
    [
      'a session id, or state that a client carries, is taken from another member',
      '    memberId: member.id,\n',
      "    memberId: '',\n",
    ],
    ['a call of another key is cancelled', 'a.credential.id === b.credential.id &&', ''],
    ['a call of another member is cancelled', 'a.member.id === b.member.id', 'a.member.id.length > 0'],
  ]),
  ...guards('lib/control-plane/access/caller-key.ts', KINDS, [
    [
      'an integration is taken for the key of its name in sealed state',
      '    credentialKind: credential.kind,\n',
      "    credentialKind: 'api-key',\n",
    ],
    [
      'an integration cancels a call of the key of its name',
      'a.credential.kind === b.credential.kind &&',
      '',
    ],
    [
      'an integration shares the limit of the key of its name',
      'JSON.stringify([workspaceId, credential.kind, credential.id, member.id])',
      'JSON.stringify([workspaceId, credential.id, member.id])',
    ],
  ]),
  ...guards(
    'lib/control-plane/access/scopes.ts',
    ['__tests__/scopes.test.ts'],
    [
      [
        'memory:* grants memoryx',
        'wanted.startsWith(scope.slice(0, -1))',
        'wanted.startsWith(scope.slice(0, -2))',
      ],
      [
        'any scope that ends like a wildcard grants all',
        "(scope.endsWith(':*') && wanted.startsWith(scope.slice(0, -1)))",
        "scope.endsWith(':*')",
      ],
    ],
  ),
  ...guards(
    'lib/foundation/crypto/sealed-token.ts',
    ['__tests__/threats/request-state.test.ts', '__tests__/clocks/clocks.test.ts'],
    [
      ['a token of one purpose opens as another', 'known.purpose !== purpose || ', ''],
      ['a sealed token never expires once it was opened', ' || known.expiresAt <= now()', ''],
    ],
  ),
  ...guards(
    'lib/foundation/crypto/encrypted-text.ts',
    ['__tests__/hostile/sealed-tokens.test.ts'],
    [
      [
        'a used token is new again in another writing',
        "return bytes.toString('base64url') === text ? bytes : null",
        'return bytes',
      ],
      ['a token with an encrypted key opens', "none !== '' || ", ''],
    ],
  ),
  ...guards(
    'lib/control-plane/admission/authenticate-key.ts',
    ['__tests__/admission.test.ts'],
    [
      [
        'a store that finds another digest lets it in',
        'if (isGiven(record.digest) && !sameDigest(record.digest, digest)) return false',
        '',
      ],
      [
        'a node overrules the store about the end of a key',
        'if (isGiven(record.valid)) return record.valid',
        '',
      ],
      [
        'an expired key works',
        'if (record.expiresAt !== null && record.expiresAt.getTime() <= now) return false',
        '',
      ],
      [
        'a revoked key works',
        'return record.revokedAt === null || record.revokedAt.getTime() > now',
        'return true',
      ],
    ],
  ),
]
