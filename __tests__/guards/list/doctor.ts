/** Guards of the command doctor: the key stays secret, and nothing is changed. */

import { guards } from '../guard.js'

const KIT = 'lib/cli/doctor/kit'
const CONNECTION = 'lib/cli/doctor/connection'

export const DOCTOR_GUARDS = [
  ...guards(
    `${KIT}/redaction.ts`,
    ['__tests__/cli/doctor/key-in-no-output.test.ts'],
    [
      [
        'a key that the server repeats is shown',
        `withoutParts(
      forms.reduce((rest, form) => rest.replaceAll(form, name), text),
      bare,
    )`,
        `forms.length + name.length < 0 ? withoutParts(text, bare) : text`,
      ],
      ['an encoded key that the server repeats is shown', '...inAddresses(text.toWellFormed()), ', ''],
    ],
  ),
  ...guards(
    `${CONNECTION}/url.ts`,
    ['__tests__/cli/doctor/inputs-and-addresses.test.ts'],
    [
      [
        'the key is sent in clear text to another machine',
        'if (!isSecret) return allowHttp ? warn(finding) : fail(finding)',
        'if (!isSecret) return warn(finding)',
      ],
    ],
  ),
  ...guards(
    `${CONNECTION}/cache.ts`,
    ['__tests__/cli/doctor/inputs-and-addresses.test.ts'],
    [['a placeholder is sent as a key', ' && placeholderIn(key) === null', '']],
  ),
  ...guards(
    `${CONNECTION}/certificate.ts`,
    ['__tests__/cli/doctor/certificates.test.ts'],
    [
      [
        'the key is sent to a self-signed server of another machine',
        'isSelfSigned && allowHttp && isLoopback(url.hostname)',
        'isSelfSigned && allowHttp',
      ],
    ],
  ),
  ...guards(
    'lib/cli/doctor/tools/call.ts',
    ['__tests__/cli/doctor/read-only.test.ts'],
    [['a tool that may write is called unasked', '!tool.confirmed && ', 'tool.confirmed && ']],
  ),
  ...guards(
    'lib/cli/doctor/text-report.ts',
    ['__tests__/cli/doctor/text-report.test.ts'],
    [
      [
        'a server writes control characters to the terminal',
        'return visibleText(text).replaceAll',
        'return text.replaceAll',
      ],
    ],
  ),
  ...guards(
    'lib/cli/doctor/login/login.ts',
    ['__tests__/cli/doctor/login.test.ts'],
    [
      [
        'a server elsewhere has requests sent to this machine',
        'isFetchable(url) && (!isLoopback(url.hostname) || isLoopback(target.url.hostname))',
        'isFetchable(url) && (isLoopback(url.hostname) || target.timeoutMs > 0)',
      ],
    ],
  ),
]
