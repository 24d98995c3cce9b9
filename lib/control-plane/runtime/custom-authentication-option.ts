/** Reads the option `authenticate`. */

import type { CustomAuthentication } from '../../adapters/custom-authentication.js'
import { isRecord } from '../../foundation/json/guards.js'
import { withoutNulls } from '../../foundation/json/host-values.js'

const KNOWN: readonly string[] = Object.keys({
  identify: true,
  takesAuthorization: true,
  challenges: true,
} satisfies Record<keyof CustomAuthentication, true>)

/** The option, complete; `null` without it. Throws a TypeError that names the mistake and the fix. */
export function readCustomAuthentication(
  value: CustomAuthentication | undefined,
): Required<CustomAuthentication> | null {
  if (value === undefined || value === null) return null
  if (!isRecord(value) || typeof value.identify !== 'function')
    throw new TypeError(
      'option authenticate must be an object with a function identify(request), which gives a principal or null',
    )
  const given = withoutNulls(value)
  for (const key of Object.keys(given)) {
    if (!KNOWN.includes(key))
      throw new TypeError(
        `unknown option "authenticate.${key}"; the options of authenticate are ${KNOWN.join(', ')}`,
      )
  }
  const { takesAuthorization = false, challenges = [] } = given
  if (typeof takesAuthorization !== 'boolean')
    throw new TypeError('option authenticate.takesAuthorization must be true or false')
  return Object.freeze({
    identify: (request) => value.identify(request),
    takesAuthorization,
    challenges: readChallenges(challenges),
  } satisfies CustomAuthentication)
}

/** RFC 9110, sections 5.6.2, 5.6.4 and 11.6.1. Quoted strings hold no escapes. */
const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+"
const PARAMETER = `${TOKEN}=(?:${TOKEN}|"[ !#-[\\]-~]*")`
const CHALLENGE = new RegExp(`^${TOKEN}(?: +(?:[A-Za-z0-9._~+/-]+=*|${PARAMETER}(?:, *${PARAMETER})*))?$`)
/** The schemes of the library's own challenges. */
const OWN_SCHEMES = /^(?:bearer|dpop)(?: |$)/i
/** Clients find these in the whole header with regular expressions, and take them for those of the library's challenge. */
const READ_ANYWHERE = /(?:scope|error|resource_metadata)=/i
const MOST_CHALLENGES = 8
const LONGEST_CHALLENGE = 500

function readChallenges(challenges: unknown): readonly string[] {
  if (!Array.isArray(challenges) || challenges.length > MOST_CHALLENGES)
    throw new TypeError(
      `option authenticate.challenges must be a list of at most ${MOST_CHALLENGES} challenges, such as ['Session realm="acme"']`,
    )
  return Object.freeze(challenges.map(readChallenge))
}

function readChallenge(challenge: unknown): string {
  if (typeof challenge !== 'string' || challenge.length > LONGEST_CHALLENGE || !CHALLENGE.test(challenge))
    throw new TypeError(
      `option authenticate.challenges holds ${JSON.stringify(challenge)}; write a scheme and its parameters, such as 'Session realm="acme"', at most ${LONGEST_CHALLENGE} characters`,
    )
  if (OWN_SCHEMES.test(challenge))
    throw new TypeError(
      'option authenticate.challenges must not hold the schemes Bearer and DPoP, which the library names itself',
    )
  if (READ_ANYWHERE.test(challenge))
    throw new TypeError(
      'option authenticate.challenges must not hold scope=, error= or resource_metadata=, which clients would take for those of access tokens',
    )
  return challenge
}
