/** Whether the certificate is valid for this host, and complete. */

import { isLoopback } from '../../../foundation/text/loopback.js'
import { defineCheck } from '../kit/check.js'
import type { Target } from '../kit/target.js'
import { fail, pass, skip, type Verdict, warn } from '../kit/verdict.js'
import { type Handshake, handshake } from '../probe/certificate.js'
import { ProbeFailure, toProbeFailure } from '../probe/probe-failure.js'

const DAY_MS = 24 * 60 * 60 * 1000
const SOON_DAYS = 14

/** reach.tls */
export const certificate = defineCheck({
  id: 'reach.tls',
  title: 'the certificate is valid for this host',
  needs: ['reach.connect'],
  probe: async (context) => {
    const { url, port, ca, timeoutMs } = context.target
    if (url.protocol !== 'https:') return null
    const input = { url, port, ca, timeoutMs, signal: context.signal }
    return await handshake(await context.reachable(), input).catch(toProbeFailure)
  },
  verdict(seen, { target }) {
    if (seen === null) return skip('plain HTTP has no certificate')
    if (seen instanceof ProbeFailure) return noHandshake(seen)
    const problem = problemOf(seen, target)
    if (problem !== null) return problem
    const days = Math.floor((seen.validTo.getTime() - Date.now()) / DAY_MS)
    if (days >= SOON_DAYS) return pass(`${seen.protocol}, of ${seen.issuer}, valid for ${days} days more`)
    return warn({
      seen: `the certificate expires in ${days} days`,
      expected: `more than ${SOON_DAYS} days`,
      cure: 'Renew it, and find out why it was not renewed automatically.',
    })
  },
})

function noHandshake(failure: ProbeFailure): Verdict {
  return fail({
    seen: `no TLS handshake: ${failure.message} (${failure.code})`,
    expected: 'a TLS handshake',
    cure: 'Is this the port of HTTPS? A server that speaks plain HTTP there needs TLS in front of it. A server that asks for a client certificate cannot be used by MCP clients.',
  })
}

function problemOf(seen: Handshake, { url, allowHttp }: Target): Verdict | null {
  if (seen.problem === null) return null
  const what = describe(seen, url)
  const finding = { seen: `${what.seen} (${seen.problem})`, expected: what.expected, cure: what.cure }
  const isSelfSigned = /SELF_SIGNED/.test(seen.problem)
  return isSelfSigned && allowHttp && isLoopback(url.hostname) ? warn(finding) : fail(finding)
}

function describe({ problem, names, issuer, validFrom, validTo, sent }: Handshake, url: URL) {
  if (problem === 'CERT_HAS_EXPIRED') {
    return {
      seen: `the certificate has expired on ${day(validTo)}`,
      expected: 'a certificate that is valid now',
      cure: 'Renew the certificate, and restart or reload what serves it. If it was renewed, the old one is still loaded.',
    }
  }
  if (problem === 'CERT_NOT_YET_VALID') {
    return {
      seen: `the certificate is valid from ${day(validFrom)} only`,
      expected: 'a certificate that is valid now',
      cure: 'Compare the clock of this machine with that of the certificate authority.',
    }
  }
  if (problem === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return {
      seen: `the certificate is for another name: ${names}`,
      expected: `a certificate for ${url.hostname}`,
      cure: 'Use a name of the certificate in the URL, or get a certificate for this name. Behind a proxy, check which site it serves without a match of the name (SNI).',
    }
  }
  return untrusted({ problem, issuer, sent })
}

function untrusted({ problem, issuer, sent }: Pick<Handshake, 'problem' | 'issuer' | 'sent'>) {
  if (problem === 'DEPTH_ZERO_SELF_SIGNED_CERT') {
    return {
      seen: 'the certificate is self-signed',
      expected: 'a certificate of an authority that clients trust',
      cure: 'Get a certificate of a public authority. For a server of your own machine, pass --allow-http.',
    }
  }
  if (problem === 'SELF_SIGNED_CERT_IN_CHAIN') {
    return {
      seen: `the certificate belongs to an authority that this machine does not trust: ${issuer}`,
      expected: 'a certificate of an authority that clients trust',
      cure: 'If it is the authority of your company, pass its certificate with --ca FILE here, and as NODE_EXTRA_CA_CERTS to the clients.',
    }
  }
  return {
    seen: `an intermediate certificate is missing: the server sent ${sent}, and the issuer ${issuer} is not among them`,
    expected: 'the certificate and all intermediate ones',
    cure: 'Configure the full chain (fullchain.pem). Browsers find the missing one by themselves; MCP clients do not. If the issuer is the authority of your company, pass --ca FILE.',
  }
}

function day(date: Date): string {
  return Number.isNaN(date.getTime()) ? 'an unknown day' : date.toISOString().slice(0, 10)
}
