/** What every check of one examination shares: the target, the way to ask it, and what was asked so far. */

import type { Agent } from 'node:http'
import type { Address } from '../probe/addresses.js'
import { type Connection, tryConnect } from '../probe/connect.js'
import { createAgent, type Endpoint, type Exchange, exchange, type Sent } from '../probe/exchange.js'
import { ProbeFailure } from '../probe/probe-failure.js'
import { type WatchedStream, watchStream } from '../probe/watched-stream.js'
import { wallOf } from './pages.js'
import { createRedaction } from './redaction.js'
import type { Target } from './target.js'

/** One examination. */
export interface Context {
  readonly target: Target
  readonly signal: AbortSignal
  /** Removes the key from a text. */
  readonly redact: (text: string) => string
  readonly addresses: () => Promise<readonly Address[]>
  /** One try for each address. */
  readonly connections: () => Promise<readonly Connection[]>
  /** The address that took the connection first, which all requests go to. */
  readonly reachable: () => Promise<Address>
  /** Sends a request. Throws a ProbeFailure without an answer, with the code `LIMITED` for 429. */
  readonly ask: (sent: Sent) => Promise<Exchange>
  readonly watch: (sent: Sent, limits: { firstWithinMs: number; holdMs: number }) => Promise<WatchedStream>
  /** Every answer so far, in order. */
  readonly log: readonly Exchange[]
  /** An id for a JSON-RPC request. */
  readonly nextId: () => string
}

/** Milliseconds. A connection that takes longer is as good as none. */
const MOST_CONNECT_MS = 5000

/** A new examination. `close` ends its connections. */
export function createContext(target: Target, signal: AbortSignal): { context: Context; close: () => void } {
  const agent = createAgent(target.url)
  const log: Exchange[] = []
  const redact = createRedaction(target.key)
  const addresses = once(() => target.resolve(target.url))
  const tries = once(async () => attempts(target, await addresses(), signal))
  const reachable = once(async () => firstOpen(await tries()))
  const endpoint = async () => endpointOf(target, { ...(await reachable()), agent, signal })
  let requests = 0
  const context: Context = {
    target,
    signal,
    redact,
    log,
    addresses,
    connections: async () => Promise.all(await tries()),
    reachable,
    nextId: () => `doctor-${++requests}`,
    async ask(sent) {
      const answer = redacted(await exchange(await endpoint(), sent), redact)
      log.push(answer)
      if (answer.status === 429 && wallOf(answer) === null)
        throw new ProbeFailure('LIMITED', 'the server answered 429, too many requests')
      return answer
    },
    async watch(sent, limits) {
      const seen = await watchStream(await endpoint(), sent, limits)
      return { ...seen, text: redact(seen.text) }
    },
  }
  return { context, close: () => agent.destroy() }
}

/** A fact that is found once for each examination, whichever check needs it first. */
export function shared<Fact>(find: (context: Context) => Promise<Fact>): (context: Context) => Promise<Fact> {
  const found = new WeakMap<Context, Promise<Fact>>()
  return (context) => {
    const fact = found.get(context) ?? find(context)
    found.set(context, fact)
    return fact
  }
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | null = null
  return () => {
    made ??= make()
    return made
  }
}

/** Each address is tried at the same time. */
async function attempts({ port, timeoutMs }: Target, addresses: readonly Address[], signal: AbortSignal) {
  const limits = { timeoutMs: Math.min(timeoutMs, MOST_CONNECT_MS), signal }
  return addresses.map((address) => tryConnect(address, port, limits))
}

/** Does not wait for the others. */
async function firstOpen(tries: readonly Promise<Connection>[]): Promise<Address> {
  const open = tries.map(async (connecting) => {
    const connection = await connecting
    if (connection.failure !== null) throw connection.failure
    return connection
  })
  try {
    return await Promise.any(open)
  } catch (error) {
    const [first] = error instanceof AggregateError ? error.errors : [error]
    throw first
  }
}

function endpointOf(
  { url, port, ca, allowHttp }: Target,
  {
    address,
    agent,
    signal,
  }: { readonly address: string; readonly agent: Agent; readonly signal: AbortSignal },
): Endpoint {
  const isOwn = /^(127\.|::1$)/.test(address)
  return { url, port, address, agent, ca, verify: !(allowHttp && isOwn), signal }
}

function redacted(answer: Exchange, redact: (text: string) => string): Exchange {
  const headers = Object.fromEntries(
    Object.entries(answer.headers).map(([name, value]) => [
      name,
      typeof value === 'string' ? redact(value) : value?.map(redact),
    ]),
  )
  return { ...answer, headers, text: redact(answer.text), rawHeaders: answer.rawHeaders.map(redact) }
}
