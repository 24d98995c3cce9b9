/** Guards of admission: key, flag, member, limit, origin. */

import { guards } from '../guard.js'

const GATES = [
  '__tests__/admission.test.ts',
  '__tests__/isolation.test.ts',
  '__tests__/untrusted-member-stores.test.ts',
]

export const ADMISSION_GUARDS = [
  ...guards('lib/control-plane/admission/authenticate.ts', GATES, [
    [
      'a key of one workspace works on another',
      'if (principal === null || !(namesNone || principal.workspaceId === claimedWorkspaceId))',
      'if (principal === null)',
    ],
  ]),
  ...guards('lib/control-plane/admission/member.ts', GATES, [
    ['an inactive member is acted for', 'member.active === true &&', ''],
    [
      'a member of another workspace is accepted if a store gives one',
      'member.workspaceId === principal.workspaceId &&',
      '',
    ],
    [
      'a key acts for a member outside its grant',
      "(principal.members === 'any' || principal.members.includes(member.id))",
      'principal.members.length > 0',
    ],
    [
      'a store that matches ids loosely afterTurn one member into another',
      'return found?.id === memberId ? found : null',
      'return found',
    ],
    [
      'a store that matches addresses loosely afterTurn one member into another',
      'return member?.email.toLowerCase() === email.toLowerCase() ? member : null',
      'return member',
    ],
    [
      'one good selector of two is enough',
      'if (member === undefined || allowed.length !== found.length)',
      'if (member === undefined)',
    ],
    [
      'id and address of two members are taken for one',
      'if (allowed.some((other) => other.id !== member.id))',
      'if (allowed.length > 2)',
    ],
    [
      'a key of several members picks one by itself',
      "return members !== 'any' && members.length === 1 ? members[0] : undefined",
      "return members !== 'any' ? members[0] : undefined",
    ],
  ]),
  ...guards(
    'lib/control-plane/admission/feature-flag.ts',
    ['__tests__/feature-flag.test.ts'],
    [
      ['a flag that is not plainly on lets everybody in', 'if (enabled !== true)', 'if (enabled === false)'],
      ['the flag is not asked at all', 'if (features !== undefined)', 'if (features === null)'],
    ],
  ),
  ...guards(
    'lib/mcp/http/origin.ts',
    ['__tests__/origin.test.ts'],
    [
      ['a page that rebinds its name calls a server without publicUrl', '&& isLoopback(url.hostname)', ''],
      ['an origin that only resolves to the host is let in', ' && url.origin === origin', ''],
      ['any page calls a server with publicUrl', 'origin === config.publicUrl.origin', "origin !== ''"],
      [
        'a list of origins lets all in',
        'if (config.allowedOrigins.has(origin))',
        'if (config.allowedOrigins.size > 0)',
      ],
    ],
  ),
  ...guards(
    'lib/mcp/router.ts',
    ['__tests__/origin.test.ts'],
    [
      [
        'a request from a foreign origin is served',
        "if (!origin.allowed) throw new AllvError('ORIGIN_NOT_ALLOWED')",
        '',
      ],
    ],
  ),
  ...guards(
    'lib/mcp/http/identity-headers.ts',
    ['__tests__/admission.test.ts'],
    [
      [
        'a repeated identity header is taken by its first or last line',
        'if (seen.includes(name)) throw refusal()',
        '',
      ],
    ],
  ),
  ...guards(
    'lib/mcp/http/headers.ts',
    ['__tests__/admission.test.ts'],
    [
      [
        'two different keys are one credential',
        "if (bearer !== undefined && apiKey !== undefined && bearer !== apiKey)\n    throw new AllvError('CREDENTIALS_AMBIGUOUS')",
        '',
      ],
    ],
  ),
]
