import { decideNewest } from './support/decisions.js'
import { type Ask, modern, open, post, toolCall } from './support/http.js'
import { type Scene, scenes, until } from './support/scene.js'
import type { WorldOptions } from './support/world.js'

const start = scenes()

/** A point in the pipeline where a call can be held. */
function gate() {
  let open: () => void = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  const state = { reached: false, held: true }
  const pass = async () => {
    if (!state.held) return
    state.reached = true
    await opened
  }
  const release = () => {
    state.held = false
    open()
  }
  return { state, pass, release }
}
type Gate = ReturnType<typeof gate>

const heldAt: readonly [string, (held: Gate) => WorldOptions][] = [
  [
    'while the run begins',
    ({ pass }) => ({
      adapt: ({ runs }) => ({ runs: { ...runs, begin: async (run) => pass().then(() => runs.begin(run)) } }),
    }),
  ],
  [
    'while the policy is asked',
    ({ pass }) => ({
      adapt: ({ tools }) => ({
        policy: { evaluate: async (question) => pass().then(() => tools.evaluate(question)) },
      }),
    }),
  ],
]

const CANCELLED = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 7 } }

/** How a caller cancels a call. */
const ways: readonly [string, (name: string, args: object) => Ask, boolean][] = [
  ['cancelled in 2025', (name, args) => ({ body: toolCall(name, args) }), false],
  ['left in 2026', (name, args) => modern('tools/call', { name, arguments: args }), true],
]

async function takeBack({ world, running }: Scene, held: Gate, ask: Ask, leaves: boolean): Promise<void> {
  const runs = world.adapters.runs.all().length
  const gone = new AbortController()
  const call = open(running, { ...ask, signal: gone.signal }).then((response) => response.text())
  call.catch(() => {})
  await until(() => held.state.reached)
  const before = running.left()
  if (leaves) gone.abort()
  else await post(running, { body: CANCELLED })
  await until(() => !leaves || running.left() > before)
  held.release()
  await call.catch(() => {})
  await until(() => {
    const all = world.adapters.runs.all()
    return all.length === runs + 1 && all.at(-1)?.endedAt !== null
  })
}

describe.each(heldAt)('a call cancelled %s', (_, options) => {
  it.each(ways)('never starts its tool: %s', async (__, ask, leaves) => {
    const held = gate()
    const scene = await start(options(held))
    await takeBack(scene, held, ask('deals.add', { a: 1, b: 2 }), leaves)
    expect(scene.world.executions).toEqual([])
    expect(scene.world.adapters.runs.all().map(({ status }) => status)).toEqual(['cancelled'])
  })

  it.each(ways)('leaves its approval for the next call: %s', async (__, ask, leaves) => {
    const held = gate()
    held.state.held = false
    const scene = await start({ ...options(held), approvalHoldMs: 0 })
    const again = ask('deals.delete', { dealId: 'd1' })
    await post(scene.running, again)
    await decideNewest(scene.world)
    held.state.held = true
    await takeBack(scene, held, again, leaves)
    expect(scene.world.executions).toEqual([])
    expect(scene.world.adapters.approvals.list().map(({ state }) => state)).toEqual(['approved'])
    expect((await post(scene.running, again)).json.result.content[0].text).toBe('deleted d1')
  })
})

it.each(ways)(
  'gives the true outcome of a call cancelled while its approval is consumed: %s',
  async (_, ask, leaves) => {
    const held = gate()
    const scene = await start({
      approvalHoldMs: 0,
      adapt: ({ approvals }) => ({
        approvals: {
          ...approvals,
          consume: async (claim) => {
            const won = await approvals.consume(claim)
            await held.pass()
            return won
          },
        },
      }),
    })
    const again = ask('deals.delete', { dealId: 'd1' })
    await post(scene.running, again)
    await decideNewest(scene.world)
    await takeBack(scene, held, again, leaves)
    expect(scene.world.executions).toEqual([])
    expect(scene.world.adapters.runs.all().at(-1)?.status).toBe('cancelled')
    const [approval] = scene.world.adapters.approvals.list()
    expect([approval?.state, approval?.outcome?.status]).toEqual(['settled', 'cancelled'])
  },
)
