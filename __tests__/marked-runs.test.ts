import type { RunUpdate } from 'allv-mcp'
import { decideNewest } from './support/decisions.js'
import { post, toolCall } from './support/http.js'
import { scenes } from './support/scene.js'

/** Several calls may share one run. The call that executes marks it first, and never overwrites what another call wrote there. */

const start = scenes()

it('marks a run that other nodes may end only while it has no checkpoint', async () => {
  const updates: RunUpdate[] = []
  const { world, running } = await start({
    approvalHoldMs: 0,
    adapt: ({ runs }) => ({
      runs: {
        ...runs,
        async update(update) {
          updates.push(update)
          return runs.update(update)
        },
      },
    }),
  })
  const call = { headers: { 'idempotency-key': 'k1' }, body: toolCall('deals.delete', { dealId: 'd1' }) }
  await post(running, call)
  await decideNewest(world)
  expect((await post(running, call)).json.result.content[0].text).toBe('deleted d1')
  const marks = updates.filter(
    ({ status, checkpoint }) => status === 'pending_approval' && checkpoint !== undefined,
  )
  expect(marks.map(({ ifCheckpoint }) => ifCheckpoint)).toEqual([null])
})
