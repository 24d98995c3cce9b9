/** Keeps one connection that LISTENs. After a loss it reconnects with growing pauses, and reports that events may have been missed. */

import { isEmbedded } from '../database/database.js'
import type { AnyPostgres, EmbeddedPostgres, PostgresClient, PostgresPool } from '../database/pool.js'

/** Options of `startListening`. */
export interface ListeningOptions {
  readonly pool: AnyPostgres
  /** The channel to listen to. */
  readonly channel: string
  /** Gets each message of the channel. */
  readonly hear: (payload: string) => void
  /** Called when the connection is back after a loss. */
  readonly gap: () => void
  /** Gets each loss. */
  readonly onError: (error: unknown) => void
}

/** A connection that listens. */
export interface Listening {
  /** Resolves when it listens, or when the current attempt has failed. */
  ready(): Promise<void>
  /** Stops, and releases the connection. */
  close(): Promise<void>
}

/** Starts to listen, and goes on until `close`. */
export function startListening(options: ListeningOptions): Listening {
  const { pool } = options
  return isEmbedded(pool) ? listenEmbedded(options, pool) : listenPooled(options, pool)
}

function listenEmbedded({ channel, hear, onError }: ListeningOptions, pool: EmbeddedPostgres): Listening {
  const listening = pool.listen(channel, hear)
  listening.catch(onError)
  return {
    ready: () =>
      listening.then(
        () => {},
        () => {},
      ),
    close: () =>
      listening.then(
        (end) => end(),
        () => {},
      ),
  }
}

const FIRST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 5000

function listenPooled(options: ListeningOptions, pool: PostgresPool): Listening {
  const closing = new AbortController()
  let attempt = Promise.resolve()
  const keep = async () => {
    let losses = 0
    for (let pause = FIRST_PAUSE_MS; !closing.signal.aborted; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      const connecting = connect(options, pool)
      attempt = connecting.then(
        () => {},
        () => {},
      )
      try {
        const connected = await connecting
        if (losses > 0) options.gap()
        pause = FIRST_PAUSE_MS
        await connected.untilLost(closing.signal)
      } catch (error) {
        options.onError(error)
      }
      losses += 1
      await sleep(pause * (0.5 + Math.random() / 2), closing.signal)
    }
  }
  const kept = keep()
  return {
    ready: () => attempt,
    async close() {
      closing.abort()
      await kept
    },
  }
}

interface Connected {
  /** Resolves when `closing` aborts, rejects when the connection is lost. The client is released in both cases. */
  untilLost(closing: AbortSignal): Promise<void>
}

async function connect({ channel, hear }: ListeningOptions, pool: PostgresPool): Promise<Connected> {
  const client = await pool.connect()
  const lost = new AbortController()
  client.on('error', (error) => lost.abort(error))
  client.on('end', () => lost.abort(new Error('the LISTEN connection ended')))
  client.on('notification', (message) => {
    if (message.channel === channel) hear(message.payload ?? '')
  })
  try {
    await client.query(`listen "${channel}"`)
    client.unref?.()
  } catch (error) {
    client.release(true)
    throw error
  }
  return {
    async untilLost(closing) {
      try {
        await heartbeats(client, AbortSignal.any([lost.signal, closing]))
      } finally {
        // A client that has listened must not go back into the pool.
        client.release(true)
      }
      if (!closing.aborted) throw lost.signal.reason
    },
  }
}

const BEAT_MS = 10_000
const ANSWER_MS = 5000

/** Queries the connection regularly, because it can be lost without an error. Resolves when the signal aborts, rejects without an answer. */
async function heartbeats(client: PostgresClient, ended: AbortSignal): Promise<void> {
  for (;;) {
    await sleep(BEAT_MS, ended)
    if (ended.aborted) return
    const answered = new AbortController()
    const late = sleep(ANSWER_MS, answered.signal).then(() => {
      if (!answered.signal.aborted) throw new Error('the LISTEN connection does not answer')
    })
    await Promise.race([client.query('select 1'), late]).finally(() => answered.abort())
  }
}

/** Resolves after `ms` milliseconds, or when the signal aborts. It keeps no process alive and leaves no listener. */
function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const end = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms).unref()
    signal.addEventListener('abort', end)
  })
}
