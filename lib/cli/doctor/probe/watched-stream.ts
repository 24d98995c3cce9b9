/** Opens an event stream, and tells when its head, its first event and its end came. */

import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import { type Endpoint, openRequest, type Sent } from './exchange.js'
import { toProbeFailure } from './probe-failure.js'

/** What came of a stream while it was watched. Times are milliseconds from the request; `null`: it did not come. */
export interface WatchedStream {
  /** `null` without an answer. */
  readonly status: number | null
  readonly headers: IncomingHttpHeaders
  readonly firstEventMs: number | null
  readonly endedMs: number | null
  /** The decoded text, up to 64 kB. */
  readonly text: string
  /** How long it was watched. */
  readonly watchedMs: number
}

interface Watch {
  /** Stop if no event came by then. */
  readonly firstWithinMs: number
  /** After the first event, watch until then. 0: stop at the first event. */
  readonly holdMs: number
}

const MOST_TEXT = 64 * 1024

/** Throws a ProbeFailure only when it is interrupted. */
export function watchStream(endpoint: Endpoint, sent: Sent, watch: Watch): Promise<WatchedStream> {
  const seen = createNotes()
  const stop = new AbortController()
  return new Promise((resolve, reject) => {
    const timers = [setTimeout(() => seen.firstEventMs === null && end(), watch.firstWithinMs)]
    function end(): void {
      for (const timer of timers) clearTimeout(timer)
      endpoint.signal.removeEventListener('abort', end)
      // Taken before the connection closes: what that does to the rest is not what the server did.
      const stream = seen.take()
      stop.abort()
      if (endpoint.signal.aborted) reject(toProbeFailure({ code: 'ABORTED' }))
      else resolve(stream)
    }
    const onFirst = () => {
      if (watch.holdMs === 0) end()
      else timers.push(setTimeout(end, watch.holdMs))
    }
    const onEnded = () => {
      seen.noteEnd()
      end()
    }
    endpoint.signal.addEventListener('abort', end, { once: true })
    const request = openRequest(endpoint, { ...sent, fresh: true }, stop.signal)
    request.on('error', onEnded)
    request.once('response', (response) => {
      seen.noteHead(response)
      decoded(response).on('data', (chunk) => seen.noteText(String(chunk)) && onFirst())
      response.once('close', onEnded)
    })
    request.end(sent.body)
  })
}

/** Notes down what comes, and when. */
function createNotes() {
  const started = performance.now()
  const since = () => performance.now() - started
  let head: Pick<WatchedStream, 'status' | 'headers'> = { status: null, headers: {} }
  let firstEventMs: number | null = null
  let endedMs: number | null = null
  let text = ''
  return {
    get firstEventMs() {
      return firstEventMs
    },
    noteHead({ statusCode = 0, headers }: IncomingMessage): void {
      head = { status: statusCode, headers }
    },
    /** Whether the first event is now complete. */
    noteText(more: string): boolean {
      text = (text + more).slice(0, MOST_TEXT)
      if (firstEventMs !== null || !/\n\r?\n/.test(text)) return false
      firstEventMs = since()
      return true
    },
    noteEnd(): void {
      endedMs ??= since()
    },
    take: (): WatchedStream => ({ ...head, firstEventMs, endedMs, text, watchedMs: since() }),
  }
}

function decoded(response: IncomingMessage): NodeJS.ReadableStream {
  const decoder = decoderFor(response.headers['content-encoding'])
  response.on('error', () => {})
  if (decoder === null) return response
  decoder.on('error', () => {})
  return response.pipe(decoder)
}

function decoderFor(encoding: string | undefined) {
  if (encoding === 'gzip') return createGunzip()
  if (encoding === 'deflate') return createInflate()
  return encoding === 'br' ? createBrotliDecompress() : null
}
