/** Guards of the host's own authentication. */

import { guards } from '../guard.js'

const WHO = ['__tests__/custom-authentication.test.ts']
const WAITS = ['__tests__/custom-authentication-waits.test.ts']

export const CUSTOM_AUTHENTICATION_GUARDS = [
  ...guards('lib/control-plane/admission/authenticate-custom.ts', WHO, [
    [
      'a caller whose session has ended works on',
      'grant.expiresAt !== null && grant.expiresAt.getTime() <= Date.now() ? null : toPrincipal(grant)',
      'toPrincipal(grant)',
    ],
    [
      'an id that no store can keep is taken, and two callers become one',
      'return grant.id.length <= MAX_ID_LENGTH && isStorableText(grant.id) ? grant : null',
      'return grant.id.length <= MAX_ID_LENGTH || isStorableText(grant.id) ? grant : null',
    ],
    [
      'a principal of the wrong shape is nobody, and clients throw a good credential away',
      "throw reportFailure(runtime, correlationId, 'UNAVAILABLE', cause)",
      'return reportFailure(runtime, correlationId, "UNAVAILABLE", cause) ? null : null',
    ],
    [
      'a key and a caller of the host with the same id are one',
      "credential: { id, kind: 'custom', scopes: [...scopes] }",
      "credential: { id, kind: 'api-key', scopes: [...scopes] }",
    ],
    [
      'a caller acts for every member of the workspace',
      "members: members === 'any' ? members : [...members]",
      "members: 'any'",
    ],
  ]),
  ...guards('lib/control-plane/admission/grant.ts', WHO, [
    ['an end that is no date never comes', 'isDateOrNull(expiresAt)', 'expiresAt !== 0.5'],
    ['one text is read as a list of scopes', 'isTextList(scopes) &&', ''],
    [
      'one text is read as a list of members',
      "(members === 'any' || isTextList(members)) &&",
      "(members === 'any' || members !== undefined) &&",
    ],
    ['a principal without a workspace is taken', 'isText(workspaceId) &&', ''],
  ]),
  ...guards('lib/mcp/http/presented.ts', WHO, [
    [
      'a bad key is replaced by the session beside it',
      'if (authorization === undefined) return !hasKey',
      'if (authorization === undefined) return true',
    ],
    [
      'a bad token is replaced by the session beside it',
      "if (!takesAuthorization || isWellFormedApiKey(bearerIn(authorization) ?? '')) return false",
      'if (hasKey && !takesAuthorization) return false',
    ],
    [
      'a credential of the host and a key are sent together, and one is not read',
      "if (hasKey) throw new AllvError('CREDENTIALS_AMBIGUOUS')",
      '',
    ],
    [
      'the host changes the headers that are read later',
      'const headers = Object.freeze({ ...head.headers })',
      'const headers = head.headers',
    ],
  ]),
  ...guards(
    'lib/mcp/http/presented.ts',
    ['__tests__/oauth/custom.test.ts'],
    [
      [
        'where tokens are taken, the host is asked about tokens',
        'authenticate.takesAuthorization && resource === null',
        'authenticate.takesAuthorization',
      ],
    ],
  ),
  ...guards('lib/control-plane/runtime/custom-authentication-option.ts', WHO, [
    ['a challenge of the host splits the header', '|| !CHALLENGE.test(challenge)', ''],
    [
      'a challenge of the host reads as that of tokens',
      'if (OWN_SCHEMES.test(challenge))',
      "if (challenge === '')",
    ],
    [
      'clients take scopes and addresses of a challenge of the host for those of tokens',
      'if (READ_ANYWHERE.test(challenge))',
      "if (challenge === '')",
    ],
  ]),
  ...guards('lib/control-plane/admission/admit.ts', WAITS, [
    [
      'a call that waited runs for another session of the member',
      'if (!isSameCaller(selected.context, context))',
      'if (selected.context.member.id !== context.member.id)',
    ],
  ]),
  ...guards('lib/mcp/era-2026/listen-stream.ts', WAITS, [
    [
      'a stream goes on after its session has ended',
      'return expiresAt === undefined',
      'return expiresAt === undefined || expiresAt.getTime() > 0',
    ],
  ]),
  ...guards('lib/mcp/era-2026/listen-tasks.ts', WAITS, [
    [
      'the end of one session ends the streams of another, or is not seen behind it',
      'digestApiKey(presented.token.reveal()) : correlationId',
      'digestApiKey(presented.token.reveal()) : presented.kind',
    ],
  ]),
  ...guards(
    'lib/mcp/era-2026/listen-tasks.ts',
    ['__tests__/oauth/task-streams.test.ts'],
    [
      [
        'a stream whose token was revoked gets the outcome of a task behind another stream',
        'digestApiKey(presented.token.reveal()) : correlationId',
        'presented.kind : correlationId',
      ],
    ],
  ),
]
