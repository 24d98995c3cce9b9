import { defineTool } from 'allv-mcp'
import { z } from 'zod'
import { AS_MARIA, findings, resultsOf } from '../../support/examined.js'
import { listen } from '../../support/http.js'
import { createWorld } from '../../support/world.js'

/** Nothing is called and nothing is changed, unless the caller names a tool. */

const readOnly = (run: () => string) =>
  defineTool({
    name: 'deals.count',
    description: 'Counts.',
    input: z.object({}),
    annotations: { readOnlyHint: true },
    run,
  })

async function examined(tool?: object) {
  const calls: string[] = []
  const world = createWorld({ tools: [readOnly(() => `counted ${calls.push('deals.count')}`)] })
  const running = await listen(world)
  const options = { ...AS_MARIA, ...(tool === undefined ? {} : { tool }) } as typeof AS_MARIA
  const results = await resultsOf(running.endpoint(), options)
  await running.close()
  return { results, world, calls, call: results.find(({ id }) => id === 'tools.call') }
}

const args = { a: 1, b: 2 }

it('runs no tool, writes no memory and asks for no approval without the name of a tool', async () => {
  const { world, calls, results, call } = await examined()
  expect([world.executions, calls, findings(results)]).toEqual([[], [], []])
  expect(world.adapters.approvals.list()).toEqual([])
  const kinds = new Set(world.adapters.audit.events.map(({ type }) => type))
  expect([...kinds].filter((type) => /^(run|memory|approval|task)\./.test(type))).toEqual([])
  expect(call).toMatchObject({ status: 'skip' })
})

it('calls the tool that is named, once, if it says that it only reads', async () => {
  const { calls, results, call } = await examined({ name: 'deals_count', arguments: {}, confirmed: false })
  expect([calls, findings(results)]).toEqual([['deals.count'], []])
  expect(call?.seen).toMatch(/^answered in \d+ ms: counted 1$/)
})

it('calls no other tool without a confirmation', async () => {
  const { world, results } = await examined({ name: 'deals_add', arguments: args, confirmed: false })
  expect(world.executions).toEqual([])
  expect(findings(results)).toEqual([
    expect.stringMatching(/^fail tools\.call: deals_add does not say that it only reads/),
  ])
})

it('calls another tool with a confirmation', async () => {
  const { world, results } = await examined({ name: 'deals_add', arguments: args, confirmed: true })
  expect(world.executions.map(({ tool }) => tool)).toEqual(['deals.add'])
  expect(findings(results)).toEqual([])
})

it.each([
  ['a tool that is not listed', { name: 'nothing', arguments: {}, confirmed: true }, /nothing is not listed/],
  [
    'arguments that do not fit',
    { name: 'deals_add', arguments: { a: 'x' }, confirmed: true },
    /tools\.call: .*a/,
  ],
  ['a tool that fails', { name: 'fails', arguments: {}, confirmed: true }, /the deal is already closed/],
  [
    'a call that waits for an approval',
    { name: 'deals_delete', arguments: { dealId: 'd' }, confirmed: true },
    /approv/,
  ],
])('tells of %s', async (_, tool, expected) => {
  const { results } = await examined(tool)
  expect(findings(results)).toEqual([expect.stringMatching(expected)])
})
