import { defineTool } from 'allv-mcp'
import { post, toolCall } from './support/http.js'
import { scenes, until } from './support/scene.js'
import { createWorld } from './support/world.js'

/** A tool's signal is made when the tool asks for it, which may be long after it began. */

const start = scenes()

let release = () => {}
const answered = new Promise<void>((resolve) => {
  release = resolve
})
const seen: { aborted: boolean; reason: string }[] = []
const late = defineTool({
  name: 'late.listener',
  description: 'Looks at its signal only after a while.',
  input: { type: 'object' },
  timeoutMs: 30,
  async run(_, run) {
    await answered
    const [first, second] = [run.signal, run.signal]
    seen.push({ aborted: first.aborted, reason: first === second ? 'same' : 'another' })
    return 'done'
  },
})
const early = defineTool({
  name: 'early.listener',
  description: 'Takes its signal at once and waits for it.',
  input: { type: 'object' },
  timeoutMs: 30,
  async run(_, { signal }) {
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
    seen.push({ aborted: signal.aborted, reason: 'heard' })
    return 'done'
  },
})

beforeEach(() => {
  seen.length = 0
})

it('gives a tool that asks for its signal after the time limit an aborted one, the same each time', async () => {
  const { running } = await start(createWorld({ tools: [late] }))
  const { json } = await post(running, { body: toolCall('late.listener') })
  expect(json.result._meta['ai.allv/code']).toBe('TOOL_TIMED_OUT')
  release()
  await until(() => seen.length > 0)
  expect(seen).toEqual([{ aborted: true, reason: 'same' }])
})

it('aborts the signal of a tool that read it at once', async () => {
  const { running } = await start(createWorld({ tools: [early] }))
  const { json } = await post(running, { body: toolCall('early.listener') })
  expect(json.result._meta['ai.allv/code']).toBe('TOOL_TIMED_OUT')
  expect(seen).toEqual([{ aborted: true, reason: 'heard' }])
})
