import { modern, post } from './support/http.js'
import { scenes } from './support/scene.js'

/** Ids of members may be long, such as the distinguished names of a directory. */

const start = scenes()

it.each([201, 2048])('lets a member with an id of %p characters confirm an own approval', async (length) => {
  const { world, running } = await start()
  const id = `cn=${'m'.repeat(length - 3)}`
  world.adapters.members.add({ id, workspaceId: 'ws_acme', email: 'long@acme.test', active: true })
  const call = async (over: object = {}) => {
    const params = { name: 'deals.confirm', arguments: { dealId: 'd1' }, ...over }
    const ask = modern('tools/call', params, { elicitation: { form: {} } })
    return (await post(running, { ...ask, member: 'long@acme.test' })).json
  }
  const { requestState } = (await call()).result
  const inputResponses = { approval: { action: 'accept', content: { decision: 'approve' } } }
  expect((await call({ requestState, inputResponses })).result?.content[0].text).toBe('confirmed d1')
  expect(world.adapters.approvals.list()).toMatchObject([{ decidedBy: id }])
  const decided = world.adapters.audit.events.filter(({ decidedBy }) => decidedBy !== undefined)
  expect(new Set(decided.map(({ decidedBy }) => decidedBy))).toEqual(new Set([id]))
  expect(world.failures).toEqual([])
})
