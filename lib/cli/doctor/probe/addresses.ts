/** Resolves a host name as the clients of this machine do, and gives IPv4 and IPv6 apart. */

import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { toProbeFailure } from './probe-failure.js'

/** One address of a host. */
export interface Address {
  readonly address: string
  readonly family: 4 | 6
}

/** The name or address in a URL, without the brackets of IPv6. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '')
}

/** All addresses of a host, in the order of the system. Throws a ProbeFailure if there is none. */
export async function resolveHost(url: URL): Promise<readonly Address[]> {
  const host = hostOf(url)
  const literal = isIP(host)
  if (literal !== 0) return [{ address: host, family: literal === 6 ? 6 : 4 }]
  try {
    const found = await lookup(host, { all: true })
    return found.map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }))
  } catch (error) {
    throw toProbeFailure(error)
  }
}
