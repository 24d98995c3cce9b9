import { ask, createAllvMcpRouter, defineTool, type Tool } from 'allv-mcp'
import { z } from 'zod'
import { decideNewest } from './support/decisions.js'
import { type Answered, modern, post, type Running } from './support/http.js'
import { type Scene, scenes } from './support/scene.js'
import { QUESTION } from './support/tools.js'
import { createWorld, type World } from './support/world.js'

const start = scenes()
const FORM = { elicitation: { form: {} } }
const ANSWERS = { color: { action: 'accept', content: { color: 'red' } } }

/** Takes its time between the answers and the effect, so that a second execution would have room. */
const effects: string[] = []
beforeEach(() => void effects.splice(0))
const paint = (name: string, approval: 'none' | 'operator'): Tool =>
  defineTool({
    name,
    description: 'Asks for a color, then paints.',
    input: z.object({}),
    approval,
    async run(_, { answers }) {
      if (answers === null) return ask({ inputRequests: { color: QUESTION } })
      await new Promise((resolve) => setTimeout(resolve, 60))
      effects.push(name)
      return 'painted'
    },
  })
const TOOLS = [paint('paint', 'none'), paint('paint.approved', 'operator')]

const call = (running: Running, name: string, over: Record<string, unknown> = {}): Promise<Answered> =>
  post(running, modern('tools/call', { name, arguments: {}, ...over }, FORM))
const answer = (running: Running, name: string, requestState: string) =>
  call(running, name, { requestState, inputResponses: ANSWERS })

/** The state of a first round trip. If an approval is needed, it was given and is being executed. */
async function firstRound({ running, world }: Scene, name: string): Promise<string> {
  const first = (await call(running, name)).json.result
  if (name === 'paint') return first.requestState
  await decideNewest(world)
  return (await call(running, name)).json.result.requestState
}

const withoutRuns = (world: World) => {
  const { runs: _, ...adapters } = world.options.adapters
  return { ...world, router: () => createAllvMcpRouter({ ...world.options, adapters }) }
}
const kinds: readonly [string, string, (world: World) => World][] = [
  ['with runs', 'paint', (world) => world],
  ['with runs, under an approval', 'paint.approved', (world) => world],
  ['without runs', 'paint', withoutRuns],
  ['without runs, under an approval', 'paint.approved', withoutRuns],
]

describe.each(kinds)('a request state %s', (_, name, bent) => {
  const open = () => start(bent(createWorld({ tools: TOOLS, approvalHoldMs: 0 })))

  it('is used once, however it is spelled', async () => {
    const scene = await open()
    const state = await firstRound(scene, name)
    const spellings = [state, `${state} `, `${state}\n`, ` ${state}`, `${state}=`, `${state}==`]
    await Promise.all(spellings.map((spelled) => answer(scene.running, name, spelled)))
    for (const spelled of spellings) await answer(scene.running, name, spelled)
    expect(effects).toEqual([name])
  })

  it('is used once, however often its questions were asked again', async () => {
    const scene = await open()
    const state = await firstRound(scene, name)
    const again = async (requestState: string): Promise<string> =>
      (await call(scene.running, name, { requestState, inputResponses: {} })).json.result.requestState
    const second = await again(state)
    const states = [state, second, await again(state), await again(second)]
    expect(new Set(states).size).toBe(4)
    await Promise.all(states.map((each) => answer(scene.running, name, each)))
    for (const each of states) await answer(scene.running, name, each)
    expect(effects).toEqual([name])
  })
})

it('asks with a new state each time the tool is called anew', async () => {
  const scene = await start({ tools: TOOLS })
  for (const state of [await firstRound(scene, 'paint'), await firstRound(scene, 'paint')])
    expect((await answer(scene.running, 'paint', state)).json.result.content[0].text).toBe('painted')
  expect(effects).toEqual(['paint', 'paint'])
})
