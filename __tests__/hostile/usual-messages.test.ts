import {
  isInitializeRequest,
  isJSONRPCNotification,
  isJSONRPCRequest,
  isJSONRPCResultResponse,
} from '@modelcontextprotocol/sdk/types.js'
import fc from 'fast-check'
import {
  isUsualInitialize,
  isUsualNotification,
  isUsualRequest,
  isUsualResult,
} from '../../lib/mcp/jsonrpc/usual-messages.js'

/** The quick looks at messages must let nothing through that the SDK's own guards refuse. */

const anything = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom('2.0', 'tools/call', 1, 1.5, 2 ** 60, null, undefined, Number.NaN, {}, []),
)
const mostly = <T>(usual: fc.Arbitrary<T>, weight = 9) =>
  fc.oneof({ weight, arbitrary: usual }, { weight: 1, arbitrary: anything })
const meta = fc.oneof(
  anything,
  fc.dictionary(fc.constantFrom('progressToken', 'io.modelcontextprotocol/related-task', 'a'), anything),
)
const params = fc.oneof(anything, fc.record({ name: anything, _meta: meta }, { requiredKeys: [] }))
const rarely = fc.oneof({ weight: 30, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: anything })
const body = fc.oneof(fc.constant(undefined), params, fc.constant({ name: 'x', _meta: { a: 1 } }))
/** A message with these members, and now and then others. */
function messageOf(members: Readonly<Record<string, fc.Arbitrary<unknown>>>) {
  const others = { id: rarely, method: rarely, params: rarely, result: rarely, extra: rarely }
  return fc
    .record({ jsonrpc: mostly(fc.constant('2.0'), 20), ...others, ...members })
    .map((item) => Object.fromEntries(Object.entries(item).filter(([, value]) => value !== undefined)))
}
const id = mostly(fc.oneof(fc.string(), fc.integer()))
const empty = fc.constant({})
const group = (names: readonly string[], member: fc.Arbitrary<unknown>) =>
  mostly(
    fc.oneof(empty, fc.dictionary(fc.constantFrom(...names, 'other'), mostly(member, 20), { maxKeys: 2 })),
    20,
  )
const capabilities = fc.record(
  {
    experimental: group(['a'], empty),
    extensions: group(['a'], empty),
    sampling: group(['context', 'tools'], empty),
    elicitation: group(['form', 'url'], group(['applyDefaults'], fc.boolean())),
    roots: group(['listChanged'], fc.boolean()),
    tasks: rarely,
    other: anything,
  },
  { requiredKeys: [] },
)
const client = fc.record(
  {
    name: mostly(fc.string()),
    version: mostly(fc.string()),
    title: mostly(fc.string()),
    websiteUrl: mostly(fc.string()),
    description: mostly(fc.string()),
    icons: rarely,
    other: anything,
  },
  { requiredKeys: ['name', 'version'] },
)
/** As JSON gives it: a body has no NaN, on which the guard throws. */
const initialize = fc
  .record({
    method: fc.constant('initialize'),
    params: fc.record(
      {
        protocolVersion: mostly(fc.string()),
        capabilities: mostly(capabilities),
        clientInfo: mostly(client),
        _meta: fc.oneof({ weight: 5, arbitrary: fc.constant(undefined) }, meta),
        other: anything,
      },
      { requiredKeys: ['protocolVersion', 'capabilities', 'clientInfo'] },
    ),
  })
  .map((item): typeof item => JSON.parse(JSON.stringify(item)))

function agree<T>(
  items: fc.Arbitrary<T>,
  quick: (item: T) => boolean,
  guard: (item: unknown) => boolean,
): void {
  let usual = 0
  fc.assert(
    fc.property(items, (item) => {
      if (!quick(item)) return
      usual += 1
      expect([item, guard(item)]).toEqual([item, true])
    }),
    { numRuns: 5000 },
  )
  expect(usual).toBeGreaterThan(50)
}

it.each([
  ['requests', { id, method: mostly(fc.string()), params: body }, isUsualRequest, isJSONRPCRequest],
  [
    'notifications',
    { method: mostly(fc.string()), params: body },
    isUsualNotification,
    isJSONRPCNotification,
  ],
  ['results', { id, result: body }, isUsualResult, isJSONRPCResultResponse],
])('treats as usual only %s that the guard of the SDK accepts', (_, members, quick, guard) => {
  agree(
    fc.oneof({ weight: 9, arbitrary: messageOf(members) }, { weight: 1, arbitrary: anything }),
    quick,
    guard,
  )
})

it('treats as usual only an initialize that the guard of the SDK accepts', () => {
  agree(initialize, isUsualInitialize, isInitializeRequest)
})

it('recognizes the requests that clients send', () => {
  for (const item of [
    { jsonrpc: '2.0', id: 1, method: 'tools/list' },
    { jsonrpc: '2.0', id: 'a', method: 'tools/call', params: { name: 'x', arguments: {} } },
    { jsonrpc: '2.0', id: 0, method: 'tools/call', params: { name: 'x', _meta: { other: {} } } },
  ])
    expect([item, isUsualRequest(item)]).toEqual([item, true])
})

it('recognizes the other messages that clients send, so that no client makes the server load the SDK', () => {
  for (const item of [
    { jsonrpc: '2.0', method: 'notifications/initialized' },
    { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1, reason: 'x' } },
  ])
    expect([item, isUsualNotification(item)]).toEqual([item, true])
  expect(isUsualResult({ jsonrpc: '2.0', id: 'ask_1', result: { action: 'accept', content: {} } })).toBe(true)
  const clientInfo = { name: 'client', title: 'Client', version: '1.0.0', websiteUrl: 'https://client.test' }
  for (const declared of [
    {},
    { roots: { listChanged: true }, sampling: {}, elicitation: {} },
    {
      elicitation: { form: {}, url: {} },
      experimental: { a: {} },
      extensions: { 'io.test/ui': { mimeTypes: [] } },
    },
    { sampling: { tools: {}, context: {} }, elicitation: { form: { applyDefaults: true } } },
  ]) {
    const params = { protocolVersion: '2025-11-25', capabilities: declared, clientInfo }
    expect([declared, isUsualInitialize({ method: 'initialize', params })]).toEqual([declared, true])
  }
})
