/** Whether the metadata are those of the examined address. */

import { defineCheck } from '../kit/check.js'
import { fail, pass, skip } from '../kit/verdict.js'
import { documentOf, NOT_ASKED } from './login.js'

/** oauth.resource. RFC 9728, section 3.3. VS Code, Gemini CLI and Codex compare byte for byte. */
export const loginResource = defineCheck({
  id: 'oauth.resource',
  title: 'the metadata are those of this address',
  needs: ['oauth.metadata'],
  probe: documentOf,
  verdict(document, { target: { url } }) {
    if (document === null) return skip(NOT_ASKED)
    const own = `${url.origin}${url.pathname}`
    const { resource } = document
    if (resource === own) return pass(`resource is ${own}`)
    const isSlash = resource === own.replace(/\/$/, '')
    return fail({
      seen: `resource is ${String(resource)}`,
      expected: own,
      cure: isSlash
        ? `Write ${String(resource)} into the client, without the slash at the end.`
        : 'Set publicUrl of the host to the address that clients use. Tokens are issued for the address in the metadata, and clients refuse another one.',
    })
  },
})
