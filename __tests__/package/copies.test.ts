import { run } from './projects/packed.js'
import { projectIn } from './projects/shared-project.js'

/** A host that loads one entry by `import` and another by `require`, or has a dependency that does, has two copies of the code. They work together. */

const PROGRAM = `
import { createRequire } from 'node:module'
import { z } from 'zod'
import * as imported from 'allv-mcp'
import * as importedTesting from 'allv-mcp/testing'
const require = createRequire(import.meta.url)
const required = require('allv-mcp')
const requiredTesting = require('allv-mcp/testing')
if (imported.createControlPlane === required.createControlPlane) throw new Error('this is one copy')

const member = { id: 'm', workspaceId: 'ws', email: 'm@ws.test', active: true }
const failures = []
const options = { rateLimit: false, approvalHoldMs: 1, secret: 'a secret that only this test has', onError: (error) => failures.push(String(error)) }

/** \`tools\` of one copy, stores of \`testing\`, and the core of another. */
async function callAll(core, testing, tools, over = {}) {
  const stores = testing.createInMemoryAdapters({ members: [member] })
  const plane = core.createControlPlane({ ...options, adapters: { ...stores, tools, ...over } })
  const agent = await core.createAllvAgentApi(plane).asMember({ workspaceId: 'ws', memberId: 'm', via: 'test' })
  return (name, args = {}) => agent.callTool(name, args).then(
    ({ status, result }) => ({ status, text: result?.content?.[0]?.text }),
    (error) => ({ code: error.code, known: core.isAllvError(error) }),
  )
}

function toolsOf(defining, saying) {
  const plain = { description: 'x', input: { type: 'object' } }
  return defining.createToolProvider([
    defining.defineTool({ name: 'a.typed', description: 'x', input: z.object({ at: z.string().transform((text) => new Date(text)) }), run: ({ at }) => 'year ' + at.getUTCFullYear() }),
    defining.defineTool({ name: 'a.result', ...plain, run: () => saying.toolResult({ content: [{ type: 'text', text: 'made' }] }) }),
    defining.defineTool({ name: 'a.error', ...plain, run: () => saying.toolError('said so') }),
    defining.defineTool({ name: 'a.asks', ...plain, run: () => saying.ask({ inputRequests: { q: { method: 'roots/list' } } }) }),
    defining.defineTool({ name: 'a.typedOutput', description: 'x', input: { type: 'object' }, output: z.object({ n: z.number() }), run: () => ({ n: 1 }) }),
    defining.defineTool({ name: 'a.ruled', ...plain, approval: 'operator', run: () => 'ran' }),
  ])
}

const found = {}
const copies = { imported: [imported, importedTesting], required: [required, requiredTesting] }
for (const [coreName, [core]] of Object.entries(copies)) {
  const otherName = coreName === 'imported' ? 'required' : 'imported'
  const [other, otherTesting] = copies[otherName]
  const tools = toolsOf(other, other)
  const call = await callAll(core, otherTesting, tools)
  const mixed = await callAll(core, otherTesting, toolsOf(core, other))
  // A list that was put together by hand has lost the rules of its provider.
  const lost = await callAll(core, otherTesting, { list: tools.list, call: tools.call }, { approvals: undefined })
  const plane = other.createControlPlane({ ...options, adapters: { ...otherTesting.createInMemoryAdapters({ members: [member] }), tools } })
  const agent = await core.createAllvAgentApi(plane).asMember({ workspaceId: 'ws', memberId: 'm', via: 'test' })
  found[coreName] = {
    typed: await call('a.typed', { at: '2026-01-01' }),
    typedWrong: await call('a.typed', { at: 1 }),
    typedOutput: (await call('a.typedOutput')).status,
    result: [await call('a.result'), await mixed('a.result')],
    error: [await call('a.error'), await mixed('a.error')],
    asks: [await call('a.asks'), await mixed('a.asks')],
    ruled: (await call('a.ruled')).status,
    lostRule: await lost('a.ruled'),
    errors: [core.isAllvError(new other.AllvError('INTERNAL')), core.isAllvError(new Error('x'))],
    otherPlane: (await agent.callTool('a.result', {})).status,
  }
}
console.log(JSON.stringify({ found, failures: failures.filter((text) => !/has an approval rule/.test(text)) }))
`

it('knows in one copy what the other copy made', async () => {
  const path = await projectIn('copies', { 'main.mjs': PROGRAM })
  const { stdout } = await run(process.execPath, ['--no-experimental-require-module', 'main.mjs'], path)
  const { found, failures } = JSON.parse(stdout)
  const made = { status: 'completed', text: 'made' }
  const said = { status: 'failed', text: 'said so' }
  const expected = {
    typed: { status: 'completed', text: 'year 2026' },
    typedWrong: { code: 'INVALID_ARGUMENTS', known: true },
    typedOutput: 'completed',
    result: [made, made],
    error: [said, said],
    asks: [
      expect.objectContaining({ code: 'CLIENT_CAPABILITY_REQUIRED' }),
      expect.objectContaining({ code: 'CLIENT_CAPABILITY_REQUIRED' }),
    ],
    ruled: 'pending_approval',
    lostRule: { code: 'INTERNAL', known: true },
    errors: [true, false],
    otherPlane: 'completed',
  }
  expect(found).toEqual({ imported: expected, required: expected })
  expect(failures).toEqual([])
})
