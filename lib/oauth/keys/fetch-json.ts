/** Fetches small JSON documents of authorization servers: HTTPS only, no redirects, bounded in bytes and time. */

import { isLoopback } from '../../foundation/text/loopback.js'
import { OAuthOutage } from './outage.js'

/** The part of the global `fetch` that the library uses. */
export type FetchLike = (url: string, init: RequestInit) => Promise<Response>

const MOST_BYTES = 64 * 1024
const TIMEOUT_MS = 3_000

/** A document, or the HTTP status in its place. */
export interface Fetched {
  /** The HTTP status. */
  readonly status: number
  /** The parsed body. `undefined` for a status other than 200. */
  readonly body: unknown
  /** The media type and the time of the server, as it sent them. */
  readonly headers: Headers
}

/** Whether a URL may be fetched: HTTPS, or HTTP on this machine. A URL with a user name or password may not. */
export function isFetchable(url: URL): boolean {
  const safe = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname))
  return safe && url.username === '' && url.password === ''
}

/**
 * Gets or posts, and parses the answer as JSON. Rejects with an OAuthOutage if there is no answer within 3 seconds, for a redirect, and for a
 * body above 64 KiB or that is not JSON.
 */
export async function fetchJson(fetchLike: FetchLike, url: string, init: RequestInit = {}): Promise<Fetched> {
  if (!URL.canParse(url) || !isFetchable(new URL(url)))
    throw new OAuthOutage(`${url} is not an https URL, so it is not fetched`)
  const signal = AbortSignal.timeout(TIMEOUT_MS)
  const headers = new Headers(init.headers)
  headers.set('accept', 'application/json')
  try {
    return await inTime(
      fetchLike(url, { ...init, headers, redirect: 'manual', signal }).then((response) =>
        read(response, signal),
      ),
      signal,
    )
  } catch (cause) {
    throw new OAuthOutage(`${url} gave no usable answer`, { cause })
  }
}

/** A host's own fetch may not heed the signal. All later requests would wait for one that never ends. */
function inTime<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    work.then(resolve, reject)
  })
}

async function read(response: Response, signal: AbortSignal): Promise<Fetched> {
  const { status, headers } = response
  if (status !== 200) {
    await response.body?.cancel()
    return { status, body: undefined, headers }
  }
  return { status, body: parse(await readText(response, signal)), headers }
}

/** The error of JSON.parse repeats a part of the text, which may hold a token. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new SyntaxError('the answer is not JSON')
  }
}

async function readText(response: Response, signal: AbortSignal): Promise<string> {
  if (response.body === null) return ''
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of response.body) {
    signal.throwIfAborted()
    bytes += chunk.byteLength
    if (bytes > MOST_BYTES) throw new Error(`the answer is larger than ${MOST_BYTES} bytes`)
    chunks.push(chunk)
  }
  return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks))
}
