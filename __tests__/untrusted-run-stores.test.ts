import type { Run } from 'allv-mcp'
import { post, toolCall } from './support/http.js'
import { scenes } from './support/scene.js'

/** A store that gives the run of another member is broken: nothing of that run is shown, and nothing runs. */

const start = scenes()
const CALL = { headers: { 'idempotency-key': 'k1' }, body: toolCall('deals.add', { a: 1, b: 2 }) }

it.each<[string, Partial<Run>]>([
  ['workspace', { workspaceId: 'ws_globex' }],
  ['member', { memberId: 'mem_omar' }],
  ['tool', { tool: 'deals.delete' }],
  ['idempotency key', { idempotencyKey: 'k2' }],
  ['call without a key', { idempotencyKey: null }],
])('is not believed when it gives the run of another %s', async (_, other) => {
  const { world, running } = await start({
    adapt: ({ runs }) => ({
      runs: {
        ...runs,
        async begin(begun) {
          const begins = await runs.begin(begun)
          return begins.started ? begins : { started: false, run: { ...begins.run, ...other } }
        },
      },
    }),
  })
  expect((await post(running, CALL)).json.result.structuredContent).toEqual({ sum: 3 })
  const { json, text } = await post(running, CALL)
  expect(json.error).toMatchObject({ code: -32603, data: { code: 'INTERNAL' } })
  expect(text).not.toContain('sum')
  expect(world.executions).toHaveLength(1)
  expect(world.failures.map(({ error }) => String(error))).toEqual([
    expect.stringContaining('runs.begin gave a run of another workspace, member, tool or idempotency key'),
  ])
})
