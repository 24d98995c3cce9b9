/** Makes a TLS handshake with one address, and gives the certificates that the server sent. */

import { isIP } from 'node:net'
import { connect, type DetailedPeerCertificate, type TLSSocket } from 'node:tls'
import { type Address, hostOf } from './addresses.js'
import { timedOut, toProbeFailure } from './probe-failure.js'

/** The end of a handshake. */
export interface Handshake {
  /** The error code of the check of the certificates; `null` if they are valid for this host. */
  readonly problem: string | null
  /** The TLS version, such as `TLSv1.3`. */
  readonly protocol: string
  readonly subject: string
  readonly issuer: string
  /** The names that the certificate is valid for. */
  readonly names: string
  readonly validFrom: Date
  readonly validTo: Date
  /** How many certificates the server sent. */
  readonly sent: number
}

/** What a handshake needs. */
export interface HandshakeInput {
  readonly url: URL
  readonly port: number
  readonly ca: string | undefined
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

/** Throws a ProbeFailure if there is no handshake at all. Certificates are not verified here, but judged. */
export function handshake({ address }: Address, input: HandshakeInput): Promise<Handshake> {
  const { url, port, ca, timeoutMs, signal } = input
  const host = hostOf(url)
  return new Promise((resolve, reject) => {
    const socket = connect({
      host: address,
      port,
      ...(isIP(host) === 0 ? { servername: host } : {}),
      ...(ca === undefined ? {} : { ca }),
      rejectUnauthorized: false,
      ALPNProtocols: ['http/1.1'],
    })
    const timer = setTimeout(() => end(() => reject(timedOut(timeoutMs))), timeoutMs)
    const onAbort = () => end(() => reject(toProbeFailure({ code: 'ABORTED' })))
    function end(settle: () => void): void {
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
      socket.destroy()
      settle()
    }
    signal.addEventListener('abort', onAbort, { once: true })
    socket.once('secureConnect', () => {
      const seen = handshakeOf(socket)
      end(() => resolve(seen))
    })
    socket.on('error', (error) => end(() => reject(toProbeFailure(error))))
  })
}

function handshakeOf(socket: TLSSocket): Handshake {
  const certificate = socket.getPeerCertificate(true)
  const { authorized, authorizationError: problem } = socket
  return {
    problem: authorized ? null : String(problem ?? 'unknown'),
    protocol: socket.getProtocol() ?? 'unknown',
    subject: nameIn(certificate.subject),
    issuer: nameIn(certificate.issuer),
    names: certificate.subjectaltname ?? nameIn(certificate.subject),
    validFrom: new Date(certificate.valid_from),
    validTo: new Date(certificate.valid_to),
    sent: lengthOf(certificate),
  }
}

function nameIn(name: unknown): string {
  return typeof name === 'object' && name !== null && 'CN' in name ? String(name.CN) : 'unnamed'
}

/** The issuer of a root is the root itself. */
function lengthOf(certificate: DetailedPeerCertificate): number {
  const seen = new Set<string>()
  let at: DetailedPeerCertificate | undefined = certificate
  while (at?.fingerprint256 !== undefined && !seen.has(at.fingerprint256)) {
    seen.add(at.fingerprint256)
    at = at.issuerCertificate
  }
  return seen.size
}
