import { defineTool } from 'allv-mcp'
import { modern, post, rpc } from './support/http.js'
import { scenes } from './support/scene.js'

/** A client of 2026 is told which of its headers does not fit. */

const start = scenes()
const tool = defineTool({
  name: 'regional',
  description: 'Has an argument that clients repeat in a header.',
  input: { type: 'object', properties: { region: { type: 'string', 'x-mcp-header': 'Region' } } },
  run: () => 'ran',
})
const call = (over: Readonly<Record<string, string>>) => {
  const { headers, body } = modern('tools/call', { name: 'regional', arguments: { region: 'eu' } })
  return { body, headers: { ...headers, 'mcp-param-region': 'eu', ...over } }
}

it.each([
  ['MCP-Protocol-Version', call({ 'mcp-protocol-version': '2026-07-29' })],
  ['Mcp-Method', call({ 'mcp-method': 'tools/list' })],
  ['Mcp-Name', call({ 'mcp-name': 'other' })],
  ['Mcp-Param-Region', call({ 'mcp-param-region': 'us' })],
  [
    'MCP-Protocol-Version',
    {
      headers: { 'mcp-protocol-version': '2026-07-28' },
      body: rpc('initialize', { protocolVersion: '2025-11-25', capabilities: {} }),
    },
  ],
])('names the header %s', async (header, ask) => {
  const { running } = await start({ tools: [tool] })
  const { status, json } = await post(running, ask)
  expect([status, json.error]).toMatchObject([
    400,
    {
      code: -32020,
      message: `the header ${header} of this request is missing or does not agree with its body`,
      data: { code: 'HEADER_MISMATCH', header },
    },
  ])
})
