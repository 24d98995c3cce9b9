/** Whether the request is answered where it was sent. */

import { defineCheck } from '../kit/check.js'
import { anonymous } from '../kit/server.js'
import { fail, pass } from '../kit/verdict.js'

/** http.redirect */
export const redirect = defineCheck({
  id: 'http.redirect',
  title: 'the server answers without a redirect',
  needs: ['http.answers'],
  probe: anonymous,
  verdict({ status, headers }, { target }) {
    if (status < 300 || status > 399) return pass('no redirect')
    const to = URL.canParse(headers.location ?? '', target.url.href)
      ? new URL(headers.location ?? '', target.url)
      : null
    const place = to === null ? 'nowhere' : to.href
    return fail({
      seen: `${status} to ${place}`,
      expected: 'an answer at this address',
      cure: `${cureFor(to, target.url)} Most clients turn a redirected POST into a GET (301, 302, 303) or do not send the key to the new address.${loginHint(to)}`,
    })
  },
})

/** Whoever answers may name any address, and a client sends the key to the one that is written into it. */
function cureFor(to: URL | null, from: URL): string {
  if (to === null) return 'Write the final address into the client.'
  if (to.hostname !== from.hostname)
    return `This is another host. Only if it is yours, write ${to.href} into the client, which sends the key there.`
  if (from.protocol === 'https:' && to.protocol === 'http:')
    return 'Let the server name an address with https://: a key must not travel over plain HTTP.'
  return `Write ${to.href} into the client.`
}

function loginHint(to: URL | null): string {
  return to !== null && /login|sign-?in|auth|sso/i.test(to.pathname + to.hostname)
    ? ' This one looks like a login page: exempt the MCP endpoint from it.'
    : ''
}
