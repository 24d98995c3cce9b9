/** Says what a token says of itself that does not fit. It is read without a check of its signature, and no part of it that is secret is shown. */

import { readJwt } from '../../../oauth/tokens/jwt-header.js'

/** What does not fit; `null`: nothing that can be seen from outside. `now`: milliseconds since 1970. */
export function misfitOf(token: string, url: URL, now: number): string | null {
  const jwt = readJwt(token)
  if (jwt === null) return 'it is no JWT, so the host needs introspection for its issuer'
  const { exp, aud } = jwt.claims
  if (typeof exp === 'number' && exp * 1000 < now) return `it ended at ${timeText(exp)}`
  const own = `${url.origin}${url.pathname}`
  const audiences: readonly unknown[] = Array.isArray(aud) ? aud : [aud]
  if (!audiences.includes(own))
    return `its audience is ${aud === undefined ? 'missing' : JSON.stringify(aud)}, and not ${own}: the host has to accept that with oauth.audience`
  const { typ } = jwt.header
  if (typeof typ !== 'string' || !/^(application\/)?at\+jwt$/i.test(typ))
    return `its typ is ${typ === undefined ? 'missing' : JSON.stringify(typ)}, which needs tokenType "any" in the host`
  return null
}

function timeText(seconds: number): string {
  const date = new Date(seconds * 1000)
  return Number.isNaN(date.getTime()) ? String(seconds) : date.toISOString()
}
