import { AsyncLocalStorage } from 'node:async_hooks'
import { createAllvAgentApi } from 'allv-mcp'
import { createInMemoryAdapters } from 'allv-mcp/testing'

const hang = () => new Promise<never>(() => {})

it('reports an adapter that does not answer in the asynchronous context of the request that waited, although others wait too', async () => {
  const requests = new AsyncLocalStorage<string>()
  const contexts: (string | undefined)[] = []
  const api = createAllvAgentApi({
    adapters: { ...createInMemoryAdapters(), members: { findById: hang, findByEmail: hang } },
    adapterTimeoutMs: 20,
    onError: () => contexts.push(requests.getStore()),
  })
  const names = ['first', 'second', 'third']
  const answers = names.map((name) =>
    requests.run(name, () => api.asMember({ workspaceId: 'ws', memberId: 'ada', via: 'test' })),
  )
  const settled = await Promise.allSettled(answers)
  expect(settled.map(({ status }) => status)).toEqual(names.map(() => 'rejected'))
  expect(contexts.sort()).toEqual([...names].sort())
})
