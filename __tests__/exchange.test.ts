import { EventEmitter } from 'node:events'
import { jest } from '@jest/globals'
import { ResponseWriter } from '../lib/mcp/http/response-writer.js'
import { UnsentLedger } from '../lib/mcp/http/unsent-ledger.js'
import { Exchange } from '../lib/mcp/jsonrpc/exchange.js'

/** The answer to one POST, with a clock that the test moves. */

class Response extends EventEmitter {
  readonly written: string[] = []
  status = 0
  type = ''
  writableLength = 0
  destroyed = false
  writableEnded = false
  headersSent = false
  writeHead(status: number, headers: Record<string, string>): void {
    this.headersSent = true
    this.status = status
    this.type = headers['Content-Type'] ?? ''
  }
  write(text: string): boolean {
    if (this.writableEnded) throw new Error('write after end')
    this.written.push(text)
    return true
  }
  cork(): void {}
  end(text = ''): void {
    if (text !== '') this.write(text)
    this.writableEnded = true
  }
  destroy(): void {
    this.destroyed = true
    this.emit('close')
  }
}

function open({
  stream = true,
  onlyStream = false,
  ids = [1],
  batch = false,
  limit = 16 * 1024 * 1024,
} = {}) {
  const res = new Response()
  const writer = new ResponseWriter(res as never, new UnsentLedger(limit), 'Origin')
  return { res, exchange: new Exchange(writer, { ids, batch, accepts: { stream, onlyStream } }) }
}
const answer = (id: number, result: object = {}) => ({ jsonrpc: '2.0', id, result })

beforeEach(() => {
  jest.useFakeTimers()
})
afterEach(() => {
  jest.useRealTimers()
})

it('opens its stream with a keep-alive after 15 seconds if the client accepts one, and continues with keep-alives', () => {
  const { res, exchange } = open()
  exchange.onTurnEnd()
  jest.advanceTimersByTime(14_999)
  expect(res.headersSent).toBe(false)
  jest.advanceTimersByTime(1)
  expect([res.status, res.type, res.written]).toEqual([200, 'text/event-stream', [': keep-alive\n\n']])
  jest.advanceTimersByTime(30_000)
  expect(res.written).toHaveLength(3)
  exchange.answer(1, answer(1), { status: 404 })
  expect(res.written.at(-1)).toBe(`event: message\ndata: ${JSON.stringify(answer(1))}\n\n`)
  expect([res.writableEnded, jest.getTimerCount()]).toEqual([true, 0])
})

it('stays a single answer for a client that accepts no stream, and for one that is answered in time', () => {
  const patient = open({ stream: false })
  patient.exchange.onTurnEnd()
  jest.advanceTimersByTime(60_000)
  const prompt = open()
  prompt.exchange.onTurnEnd()
  jest.advanceTimersByTime(14_000)
  for (const { res, exchange } of [patient, prompt]) {
    exchange.answer(1, answer(1), { status: 418 })
    expect([res.status, res.type, res.written]).toEqual([
      418,
      'application/json',
      [JSON.stringify(answer(1))],
    ])
  }
  expect(jest.getTimerCount()).toBe(0)
})

it.each([
  ['the host has ended the response', (res: Response) => res.end()],
  ['the client is gone', (res: Response) => res.destroy()],
])('writes nothing when %s: no keep-alive, no message, no answer', (_, over) => {
  for (const began of [false, true]) {
    const { res, exchange } = open()
    exchange.onTurnEnd()
    if (began) exchange.notify({ jsonrpc: '2.0', method: 'notifications/progress' })
    over(res)
    const before = res.written.length
    jest.advanceTimersByTime(60_000)
    exchange.notify({ jsonrpc: '2.0', method: 'notifications/progress' })
    exchange.answer(1, answer(1))
    expect(res.written).toHaveLength(before)
    expect(jest.getTimerCount()).toBe(0)
  }
})

it('does not touch a response that the host has begun', () => {
  const { res, exchange } = open()
  exchange.onTurnEnd()
  res.headersSent = true
  jest.advanceTimersByTime(60_000)
  exchange.answer(1, answer(1))
  expect([res.written, res.writableEnded]).toEqual([[], false])
})

it('disconnects a client that does not read what precedes the answer', () => {
  const { res, exchange } = open()
  exchange.notify({ jsonrpc: '2.0', method: 'notifications/progress' })
  res.writableLength = 9 * 1024 * 1024
  exchange.notify({ jsonrpc: '2.0', method: 'notifications/progress' })
  expect([res.destroyed, res.written.length]).toEqual([true, 1])
})

it.each([
  ['as one body', false],
  ['on a stream', true],
])(
  'sends only as many answers of a batch as may wait for its reader, %s, and refuses the rest',
  (_, streamed) => {
    const ids = [1, 2, 3, 4]
    const { res, exchange } = open({ ids: [...ids], batch: true, limit: 2500, onlyStream: streamed })
    if (streamed) exchange.notify({ jsonrpc: '2.0', method: 'notifications/progress' })
    const write = res.write.bind(res)
    // Nothing of it is taken.
    res.write = (text) => {
      if (streamed) res.writableLength += text.length
      return write(text)
    }
    for (const id of ids) exchange.answer(id, answer(id, { text: 'x'.repeat(1000) }))
    const text = res.written.join('')
    const messages = streamed
      ? text.split('\n').flatMap((line) => (line.startsWith('data: ') ? [JSON.parse(line.slice(6))] : []))
      : JSON.parse(text)
    expect(messages.slice(-4).map(({ error }: { error?: { data: object } }) => error?.data ?? null)).toEqual([
      null,
      null,
      { code: 'ANSWERS_TOO_LARGE' },
      { code: 'ANSWERS_TOO_LARGE' },
    ])
  },
)
