import { isJSONRPCRequest } from '@modelcontextprotocol/sdk/types.js'
import fc from 'fast-check'
import { isUsualRequest } from '../../lib/mcp/jsonrpc/messages.js'

/** The quick look at a request must let nothing through that the SDK's own guard refuses. */

const anything = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom('2.0', 'tools/call', 1, 1.5, 2 ** 60, null, undefined, Number.NaN, {}, []),
)
const meta = fc.oneof(
  anything,
  fc.dictionary(fc.constantFrom('progressToken', 'io.modelcontextprotocol/related-task', 'a'), anything),
)
const params = fc.oneof(anything, fc.record({ name: anything, _meta: meta }, { requiredKeys: [] }))
const request = fc.record(
  {
    jsonrpc: fc.oneof({ weight: 9, arbitrary: fc.constant('2.0') }, anything),
    id: fc.oneof({ weight: 9, arbitrary: fc.oneof(fc.string(), fc.integer()) }, anything),
    method: fc.oneof({ weight: 9, arbitrary: fc.string() }, anything),
    params: fc.oneof({ weight: 5, arbitrary: fc.constant(undefined) }, params),
    extra: anything,
  },
  { requiredKeys: ['jsonrpc', 'id', 'method'] },
)

it('treats as usual only messages that the guard of the SDK accepts', () => {
  let usual = 0
  fc.assert(
    fc.property(fc.oneof(request, anything), (item) => {
      if (!isUsualRequest(item)) return
      usual += 1
      expect([item, isJSONRPCRequest(item)]).toEqual([item, true])
    }),
    { numRuns: 3000 },
  )
  expect(usual).toBeGreaterThan(20)
})

it('recognizes the requests that clients send', () => {
  for (const item of [
    { jsonrpc: '2.0', id: 1, method: 'tools/list' },
    { jsonrpc: '2.0', id: 'a', method: 'tools/call', params: { name: 'x', arguments: {} } },
    { jsonrpc: '2.0', id: 0, method: 'tools/call', params: { name: 'x', _meta: { other: {} } } },
  ])
    expect([item, isUsualRequest(item)]).toEqual([item, true])
})
