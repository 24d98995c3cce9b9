import { setTimeout as pause } from 'node:timers/promises'
import { createAllvAgentApi, createInProcessEvents, defineTool, toolResult } from 'allv-mcp'
import { z } from 'zod'
import { type Ask, modern, open, post, type Running, rpc } from './support/http.js'
import { scenes } from './support/scene.js'
import { createWorld, type WorldOptions } from './support/world.js'

const scene = scenes()
/** A lone high surrogate. */
const HALF = 'x👍'.slice(0, 2)
const LOW = '👍x'.slice(1)
/** Six letters that look like a lone surrogate in JSON. */
const LETTERS = '\\ud83d \\\\ud83d'
const MENDED = 'x\ufffd'

const tools = [
  defineTool({
    name: 'half.text',
    title: `Half ${HALF}`,
    description: `Gives half a character ${HALF}`,
    input: z.object({}),
    run: async () => HALF,
  }),
  defineTool({
    name: 'half.structured',
    description: 'Gives half a character in structured content',
    input: z.object({}),
    run: async () =>
      toolResult({
        structuredContent: {
          [HALF]: [HALF, { deep: LOW }],
          letters: LETTERS,
          whole: '👍',
          pair: `${HALF}${LOW}`,
        },
      }),
  }),
  defineTool({
    name: 'half.progress',
    description: 'Reports half a character on its way',
    input: z.object({}),
    run: async (_, { progress }) => {
      progress({ progress: 1, message: HALF })
      await pause(60)
      return HALF
    },
  }),
  defineTool({
    name: 'half.throws',
    description: 'Ends with half a character',
    input: z.object({}),
    run: async () => toolResult({ isError: true, content: [{ type: 'text', text: HALF }] }),
  }),
]

const offers: WorldOptions = {
  tools,
  instructions: HALF,
  adapt: () => ({
    prompts: {
      list: async () => [{ name: 'half', title: HALF, description: HALF }],
      get: async () => ({
        description: HALF,
        messages: [{ role: 'user', content: { type: 'text', text: HALF } }],
      }),
      complete: async () => ({ values: [HALF] }),
    },
    resources: {
      list: async () => [{ uri: 'crm://half', name: HALF }],
      read: async () => [{ uri: 'crm://half', text: HALF }],
    },
  }),
}

/** What the mirrored headers of 2026 cannot hold. */
const NOT_ASCII = /[^\x20-\x7e]/

/** Whether no text in it, names of members included, has a lone surrogate. */
function isWhole(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed()
  if (typeof value !== 'object' || value === null) return true
  return Object.entries(value).every(([name, item]) => name.isWellFormed() && isWhole(item))
}

const STREAM = { accept: 'text/event-stream' }
const requests: readonly (readonly [
  string,
  { readonly name: string; readonly [member: string]: unknown },
])[] = [
  ['a text', { name: 'half.text', arguments: {} }],
  ['structured content and its text copy', { name: 'half.structured', arguments: {} }],
  ['a result that is an error', { name: 'half.throws', arguments: {} }],
  ['progress', { name: 'half.progress', arguments: {}, _meta: { progressToken: HALF } }],
  ['the name of a tool that there is not', { name: HALF, arguments: {} }],
]
const methods: readonly (readonly [string, Record<string, unknown>])[] = [
  ['tools/list', {}],
  ['prompts/list', {}],
  ['prompts/get', { name: 'half' }],
  ['resources/list', {}],
  ['resources/read', { uri: 'crm://half' }],
  ['resources/read', { uri: `allv://workspaces/ws_acme/memory/${HALF}` }],
  ['completion/complete', { ref: { type: 'ref/prompt', name: 'half' }, argument: { name: 'a', value: 'b' } }],
  [HALF, {}],
]

async function wholeAnswer(running: Running, ask: Ask): Promise<string> {
  const { text, messages } = await post(running, ask)
  expect(messages.length).toBeGreaterThan(0)
  expect(messages.filter((message) => !isWhole(message))).toEqual([])
  return text
}

describe.each([
  ['as JSON', {}],
  ['as an event stream', STREAM],
])('output of %s contains no lone surrogates', (_, headers) => {
  it.each(requests)('in %s', async (_what, params) => {
    const { running } = await scene(offers)
    const text = await wholeAnswer(running, { headers, body: rpc('tools/call', params, HALF) })
    expect(text).toContain('\\ufffd')
    if (NOT_ASCII.test(params.name)) return
    const { headers: mirrored, body } = modern('tools/call', { ...params })
    await wholeAnswer(running, {
      headers: { ...mirrored, ...headers },
      body: { ...(body as object), id: HALF },
    })
  })
  it.each(methods)('in %s', async (method, params) => {
    const { running } = await scene(offers)
    await wholeAnswer(running, { headers, body: rpc(method, params, HALF) })
    if (NOT_ASCII.test(method + String(params['uri'] ?? ''))) return
    const { headers: mirrored, body } = modern(method, params)
    await wholeAnswer(running, { headers: { ...mirrored, ...headers }, body })
  })
})

it('puts U+FFFD in place of each lone surrogate, and changes nothing else', async () => {
  const { running } = await scene(offers)
  const { result, id } = (
    await post(running, { body: rpc('tools/call', { name: 'half.structured', arguments: {} }, HALF) })
  ).json
  const mended = { [MENDED]: [MENDED, { deep: '\ufffdx' }], letters: LETTERS, whole: '👍', pair: 'x👍x' }
  expect(id).toBe(MENDED)
  expect(result.structuredContent).toEqual(mended)
  expect(JSON.parse(result.content[0].text)).toEqual(mended)
})

it('sends no lone surrogates on a listen stream', async () => {
  const events = createInProcessEvents()
  const { world, running } = await scene(createWorld({ adapt: () => ({ events }) }))
  const { headers, body } = modern('subscriptions/listen', { notifications: { toolsListChanged: true } })
  const gone = new AbortController()
  const response = await open(running, {
    ...(headers === undefined ? {} : { headers }),
    body: { ...(body as object), id: HALF },
    signal: gone.signal,
  })
  await events.publish({ type: 'tools_changed', workspaceId: 'ws_acme', memberId: null })
  let text = ''
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk).toString()
    if (text.includes('list_changed') && text.endsWith('\n\n')) break
  }
  gone.abort()
  const frames = text
    .split('\n')
    .flatMap((line) => (line.startsWith('data: ') ? [JSON.parse(line.slice(6))] : []))
  expect(frames.length).toBe(2)
  expect(frames.every(isWhole)).toBe(true)
  expect(world.failures).toEqual([])
})

it('keeps no lone surrogates in a stored outcome, and gives none in process', async () => {
  const world = createWorld(offers)
  const agent = await createAllvAgentApi(world.options).asMember({
    workspaceId: 'ws_acme',
    memberId: 'mem_maria',
    via: 'test',
  })
  const outcome = await agent.callTool('half.structured', {}, { idempotencyKey: 'once' })
  expect(isWhole(outcome)).toBe(true)
  expect(world.adapters.runs.all().every(({ outcome: kept }) => kept !== null && isWhole(kept.result))).toBe(
    true,
  )
  expect(isWhole(await agent.callTool('half.text', {}))).toBe(true)
})
