import type { JSONRPCRequest } from '@modelcontextprotocol/sdk/types.js'
import { classifyInboundRequest } from '@modelcontextprotocol/server'
import fc from 'fast-check'
import { isAllvError } from '../lib/foundation/errors/allv-error.js'
import { ERRORS } from '../lib/foundation/errors/catalogue.js'
import { isModern, isModernVersion, readEnvelope } from '../lib/mcp/era-2026/envelope.js'
import { readMessages } from '../lib/mcp/jsonrpc/messages.js'

/** The v2 SDK classifies inbound requests too: it is the oracle for single requests, for whatever headers and envelope they have. */

const version = fc.constantFrom('2026-07-28', '2025-11-25', '2027-01-01', '2024-11-05')
const envelope = fc.record(
  {
    'io.modelcontextprotocol/protocolVersion': fc.oneof(
      { weight: 6, arbitrary: version },
      fc.constantFrom(5, null),
    ),
    'io.modelcontextprotocol/clientCapabilities': fc.oneof(
      { weight: 6, arbitrary: fc.constant({}) },
      fc.constantFrom(null, 'x'),
    ),
    'io.modelcontextprotocol/clientInfo': fc.constant({ name: 'x', version: '1' }),
    progressToken: fc.constant('p'),
  },
  { requiredKeys: [] },
)
const request = fc.record({
  body: fc.record(
    {
      jsonrpc: fc.constant('2.0'),
      id: fc.integer(),
      method: fc.constantFrom('tools/list', 'tools/call', 'initialize', 'ping'),
      params: fc.oneof(
        {
          weight: 4,
          arbitrary: fc.record({ _meta: envelope, name: fc.constant('x') }, { requiredKeys: ['_meta'] }),
        },
        fc.constant({ name: 'x' }),
      ),
    },
    { requiredKeys: ['jsonrpc', 'id', 'method'] },
  ),
  header: fc.option(version, { nil: undefined }),
  methodHeader: fc.constantFrom(undefined, 'tools/list', 'tools/call', 'TOOLS/LIST'),
})

type Verdict = 'legacy' | 'modern' | number

async function ours(
  body: unknown,
  header: string | undefined,
  methodHeader: string | undefined,
): Promise<Verdict> {
  try {
    if (!isModern(body, header)) return 'legacy'
    const [only] = (await readMessages(body, false)).requests
    const headers = { 'mcp-protocol-version': header, 'mcp-method': methodHeader, 'mcp-name': 'x' }
    readEnvelope(only as JSONRPCRequest, { method: 'POST', headers, rawHeaders: [] })
    return 'modern'
  } catch (error) {
    if (!isAllvError(error)) throw error
    return ERRORS[error.code].rpc
  }
}

function theirs(body: unknown, header: string | undefined, methodHeader: string | undefined): Verdict {
  const route = classifyInboundRequest({
    httpMethod: 'POST',
    body,
    ...(header === undefined ? {} : { protocolVersionHeader: header }),
    ...(methodHeader === undefined ? {} : { mcpMethodHeader: methodHeader }),
  })
  if (route.kind === 'legacy') return 'legacy'
  return route.kind === 'modern' ? 'modern' : route.code
}

it('chooses the era, and refuses, as the v2 SDK does', async () => {
  const seen = new Map<string, number>()
  await fc.assert(
    fc.asyncProperty(request, async ({ body, header, methodHeader }) => {
      const mine = await ours(body, header, methodHeader)
      const oracle = theirs(body, header, methodHeader)
      seen.set(`${oracle}/${mine}`, (seen.get(`${oracle}/${mine}`) ?? 0) + 1)
      // The SDK looks at missing headers and unknown versions in a later step; ours is one ladder, version before method.
      if (mine === ERRORS.UNKNOWN_PROTOCOL_VERSION.rpc)
        expect([ERRORS.HEADER_MISMATCH.rpc, 'modern']).toContain(oracle)
      else if (oracle !== 'modern') expect(mine).toBe(oracle)
      else expect(['modern', ERRORS.HEADER_MISMATCH.rpc]).toContain(mine)
      if (mine === 'modern') expect(isModernVersion(header)).toBe(true)
    }),
    { numRuns: 20_000 },
  )
  for (const both of ['legacy/legacy', 'modern/modern', '-32602/-32602', '-32020/-32020'])
    expect(seen.get(both)).toBeGreaterThan(20)
})
