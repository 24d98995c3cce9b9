/** Whether the keys of the authorization servers can be used. */

import { isRecord } from '../../../foundation/json/guards.js'
import { fetchJson } from '../../../oauth/keys/fetch-json.js'
import { outageText } from '../../../oauth/keys/outage.js'
import { defineCheck } from '../kit/check.js'
import type { Context } from '../kit/context.js'
import { fail, pass, skip } from '../kit/verdict.js'
import { fetchIn, NOT_ASKED, readableServers } from './login.js'

interface Keys {
  readonly jwksUri: string
  /** What is wrong; `null`: nothing. */
  readonly problem: string | null
}

/** oauth.keys. RFC 7517, section 5. */
export const loginKeys = defineCheck({
  id: 'oauth.keys',
  title: 'the keys of the authorization server can be used',
  needs: ['oauth.server'],
  probe: async (context) =>
    context.target.oauth
      ? Promise.all((await readableServers(context)).map(({ metadata }) => keysAt(context, metadata.jwksUri)))
      : null,
  verdict(seen) {
    if (seen === null) return skip(NOT_ASKED)
    const bad = seen.flatMap(({ jwksUri, problem }) => (problem === null ? [] : [`${jwksUri}: ${problem}`]))
    if (bad.length === 0) return pass(seen.map(({ jwksUri }) => jwksUri).join(', '))
    return fail({
      seen: bad.join('; '),
      expected: 'a JSON Web Key Set with a public key for signatures',
      cure: 'Give the authorization server an RSA, EC or Ed25519 key. Without one no token can be checked, and every call is answered 503 or 401.',
    })
  },
})

async function keysAt(context: Context, jwksUri: string): Promise<Keys> {
  try {
    const { status, body } = await fetchJson(fetchIn(context), jwksUri)
    if (status !== 200) return { jwksUri, problem: `status ${status}` }
    const keys: readonly unknown[] = isRecord(body) && Array.isArray(body['keys']) ? body['keys'] : []
    return { jwksUri, problem: keys.some(isForSignatures) ? null : 'no public key for signatures' }
  } catch (error) {
    return { jwksUri, problem: outageText(error) }
  }
}

function isForSignatures(key: unknown): boolean {
  if (!isRecord(key)) return false
  const { kty, use } = key
  return (kty === 'RSA' || kty === 'EC' || kty === 'OKP') && (use === undefined || use === 'sig')
}
