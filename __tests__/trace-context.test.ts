import type { MemberContext } from 'allv-mcp'
import { defineTool } from 'allv-mcp'
import { listen, modern, post, type Running, toolCall } from './support/http.js'
import { type Line, sendLines } from './support/lines.js'
import { createWorld } from './support/world.js'

/** Trace context reaches adapters in the form of W3C or not at all: hosts pass it on in their own headers. */

const seen: MemberContext['trace'][] = []
let running: Running
beforeAll(async () => {
  const traced = defineTool({
    name: 'traced',
    description: 'Keeps its trace context.',
    input: { type: 'object' },
    run: (_, { context }) => {
      seen.push(context.trace)
      return 'ok'
    },
  })
  running = await listen(createWorld({ rateLimit: false, tools: [traced] }))
})
afterAll(() => running.close())
beforeEach(() => {
  seen.length = 0
})

const PARENT = `00-${'4bf92f3577b34da6a3ce929d0e0e4736'}-00f067aa0ba902b7-01`
const inHeaders = async (...lines: readonly Line[]) => {
  await sendLines(running, { lines, body: toolCall('traced') })
  return seen.pop()
}
const inMeta = async (meta: object) => {
  await post(running, modern('tools/call', { name: 'traced', _meta: meta }))
  return seen.pop()
}

const members = (count: number, length = 1) =>
  Array.from({ length: count }, (_, i) => `k${i}=${'v'.repeat(length)}`).join(',')

const GOOD = [
  'a=b',
  'rojo=00f067aa0ba902b7,congo=t61rcWkgMzE',
  'a=1 ,\tb=2,,c=3',
  'fw529a3039@dt=FfffffffffffffffffffffffffffffffE;!4',
  '0tenant@sys=x',
  'a_-*/0= inner space',
  members(32),
  `a=${'v'.repeat(256)}`,
  `${'k'.repeat(256)}=v`,
  `a=${'x'.repeat(253)},b=${'x'.repeat(254)}`,
]
const BAD = [
  'a',
  '=b',
  'a=',
  'A=b',
  'a=b=c',
  'a b=c',
  'a@=b',
  '@a=b',
  'a@b@c=d',
  '0a=b',
  'é=b',
  'a=é',
  'a=b,c',
  'a=1,a=2',
  'a=1,b=2,a=1',
  members(33),
  `a=${'v'.repeat(257)}`,
  `${'k'.repeat(257)}=v`,
  members(20, 30),
  `a=b,${' '.repeat(520)},c=d`,
  `a@${'s'.repeat(15)}=v`,
  ',',
]
/** JSON can hold what no header can. */
const WORSE = [
  'a=b\r\nX-Evil: 1',
  'a=b\u0000',
  'a=b\u202e',
  'a=\ud800',
  'a=b\n',
  '',
  5,
  null,
  ['a=b'],
  { a: 'b' },
]

it.each(GOOD)('passes on a tracestate: %s', async (tracestate) => {
  const trace = { traceparent: PARENT, tracestate }
  expect(await inHeaders(['traceparent', PARENT], ['tracestate', tracestate])).toEqual(trace)
  expect(await inMeta(trace)).toEqual(trace)
})

it.each(BAD)('drops a malformed tracestate, and keeps the traceparent: %s', async (tracestate) => {
  expect(await inHeaders(['traceparent', PARENT], ['tracestate', tracestate])).toEqual({
    traceparent: PARENT,
  })
  expect(await inMeta({ traceparent: PARENT, tracestate })).toEqual({ traceparent: PARENT })
})

it.each(WORSE)('drops what a tracestate cannot contain: %j', async (tracestate) => {
  expect(await inMeta({ traceparent: PARENT, tracestate })).toEqual({ traceparent: PARENT })
})

it.each([
  '',
  'x',
  PARENT.toUpperCase(),
  PARENT.replace(/^00/, 'ff'),
  PARENT.replace(/-[0-9a-f]{32}-/, `-${'0'.repeat(32)}-`),
  PARENT.replace(/-[0-9a-f]{16}-/, `-${'0'.repeat(16)}-`),
  `${PARENT}-x`,
  PARENT.slice(0, -1),
])('drops everything without a valid traceparent: %s', async (traceparent) => {
  expect(await inHeaders(['traceparent', traceparent], ['tracestate', 'a=b'])).toBeNull()
  expect(await inMeta({ traceparent, tracestate: 'a=b' })).toBeNull()
})

it('treats equal repeated headers as one, and joins the lines of a list', async () => {
  const parent: Line = ['traceparent', PARENT]
  expect(await inHeaders(parent, parent)).toEqual({ traceparent: PARENT })
  expect(await inHeaders(['traceparent', `${PARENT}, ${PARENT}`], ['tracestate', 'a=b, a=b'])).toEqual({
    traceparent: PARENT,
    tracestate: 'a=b',
  })
  expect(await inHeaders(parent, ['tracestate', 'a=b,c=d'], ['tracestate', 'a=b,c=d'])).toEqual({
    traceparent: PARENT,
    tracestate: 'a=b,c=d',
  })
  expect(await inHeaders(parent, ['tracestate', 'a=b'], ['tracestate', 'c=d'])).toEqual({
    traceparent: PARENT,
    tracestate: 'a=b, c=d',
  })
  expect(await inHeaders(parent, ['traceparent', PARENT.replace(/01$/, '00')])).toBeNull()
})
