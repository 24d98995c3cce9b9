import { type AllvAgent, ask, createAllvAgentApi, defineTool, type ToolResult, toolResult } from 'allv-mcp'
import { z } from 'zod'
import { modern, post, rpc, toolCall } from './support/http.js'
import { scenes } from './support/scene.js'
import { taskClient } from './support/tasks.js'
import { createWorld, type World, type WorldOptions } from './support/world.js'

const scene = scenes()
const MiB = 1024 * 1024

/** A tool with a given answer that counts how often it ran. */
function answering(result: () => unknown, over: object = {}) {
  let runs = 0
  const tool = defineTool({
    name: 'big.answer',
    description: 'Answers',
    input: z.object({ again: z.number().optional() }),
    run: async () => {
      runs += 1
      return result() as string
    },
    ...over,
  })
  return { tool, runs: () => runs }
}

async function agentOf(world: World): Promise<AllvAgent> {
  const api = createAllvAgentApi(world.options)
  return api.asMember({ workspaceId: 'ws_acme', memberId: 'mem_maria', via: 'test' })
}

const text = (length: number, letter = 'a'): ToolResult => ({
  content: [{ type: 'text', text: letter.repeat(length) }],
})
const tooLarge: readonly (readonly [string, () => unknown])[] = [
  ['a text', () => text(MiB)],
  ['a text of quotes', () => text(MiB / 2, '"')],
  ['a text of control characters', () => text(180_000, '\u0001')],
  ['a text of three bytes a letter', () => text(350_000, '€')],
  ['many texts', () => ({ content: Array.from({ length: 2000 }, () => text(600).content).flat() })],
  ['structured content with its text copy', () => ({ structuredContent: { a: 'a'.repeat(530_000) } })],
  ['an image', () => ({ content: [{ type: 'image', mimeType: 'image/png', data: 'A'.repeat(MiB) }] })],
  ['an error', () => ({ isError: true, ...text(MiB) })],
  ['_meta', () => ({ content: [], _meta: { a: 'a'.repeat(MiB) } })],
]
const smallEnough: readonly (readonly [string, () => unknown])[] = [
  ['a text', () => text(MiB - 100)],
  ['a text of quotes', () => text(MiB / 2 - 100, '"')],
  ['a text of control characters', () => text(174_000, '\u0001')],
  ['a text of three bytes a letter', () => text(349_000, '€')],
  ['structured content with its text copy', () => ({ structuredContent: { a: 'a'.repeat(520_000) } })],
]

describe('an answer above the limit', () => {
  it.each(tooLarge)(
    'says that the tool ran, and nothing of it is sent, stored or run again: %s',
    async (_, result) => {
      const { tool, runs } = answering(() => toolResult(result() as ToolResult))
      const { world, running } = await scene({ tools: [tool] })
      const headers = { 'idempotency-key': 'once' }
      const first = await post(running, { headers, body: toolCall('big.answer') })
      const again = await post(running, { headers, body: toolCall('big.answer') })
      for (const { json, text: body } of [first, again]) {
        expect(body.length).toBeLessThan(2000)
        expect(json.result.isError).toBe(true)
        expect(json.result._meta['ai.allv/code']).toBe('TOOL_OUTPUT_TOO_LARGE')
        expect(json.result.content[0].text).toMatch(/the tool ran.*do not repeat/)
      }
      expect(runs()).toBe(1)
      const kept = world.adapters.runs.all()
      expect(kept).toMatchObject([
        { status: 'failed', errorCode: 'TOOL_OUTPUT_TOO_LARGE', outcome: { result: null } },
      ])
      expect(JSON.stringify(world.adapters.audit.events).length).toBeLessThan(10_000)
      expect(world.failures).toMatchObject([
        { code: 'TOOL_OUTPUT_TOO_LARGE', error: { message: expect.stringContaining('big.answer') } },
      ])
    },
  )

  it.each(smallEnough)('is not an answer that just fits: %s', async (_, result) => {
    const { tool } = answering(() => toolResult(result() as ToolResult))
    const { world, running } = await scene({ tools: [tool] })
    expect((await post(running, { body: toolCall('big.answer') })).json.result.isError).toBeUndefined()
    expect(world.failures).toEqual([])
  })

  it('ends an approved call, whose repeat gets the same answer', async () => {
    const { tool, runs } = answering(() => 'a'.repeat(MiB), { approval: 'operator' })
    const { world, running } = await scene({ tools: [tool] })
    const pending = (await post(running, { body: toolCall('big.answer') })).json.result
    const { approvalId: id } = pending._meta['ai.allv/approval']
    await world.adapters.approvals.decide({ id, decision: 'approve', decidedBy: 'operator' })
    for (let i = 0; i < 2; i += 1) {
      const { result } = (await post(running, { body: toolCall('big.answer') })).json
      expect(result._meta['ai.allv/code']).toBe('TOOL_OUTPUT_TOO_LARGE')
    }
    expect(runs()).toBe(1)
    expect((await world.adapters.approvals.get({ id }))?.outcome?.result).toBeNull()
  })

  it('is given to the client that polls a task, as a result that a model reads', async () => {
    const { tool } = answering(
      () => new Promise((resolve) => setTimeout(() => resolve('a'.repeat(MiB)), 150)),
      {
        taskSupport: 'optional',
      },
    )
    const { running } = await scene({ tools: [tool] })
    const client = taskClient(running)
    const { taskId } = (await client.call('big.answer', {})).result
    const task = await client.until(taskId)
    expect(task).toMatchObject({ status: 'completed', result: { isError: true } })
    expect(task.result._meta['ai.allv/code']).toBe('TOOL_OUTPUT_TOO_LARGE')
  })

  it('may consist of questions of a tool', async () => {
    const { tool } = answering(() =>
      ask({ inputRequests: { q: { method: 'roots/list', params: {} } }, state: { kept: 'a'.repeat(MiB) } }),
    )
    const agent = await agentOf(createWorld({ tools: [tool] }))
    const outcome = await agent.callTool('big.answer', {}, { onInput: async () => ({ q: { roots: [] } }) })
    expect(outcome).toMatchObject({ status: 'failed', code: 'TOOL_OUTPUT_TOO_LARGE' })
  })

  it('follows the option toolOutputLimitBytes', async () => {
    const { tool } = answering(() => 'a'.repeat(2000))
    const outcome = async (toolOutputLimitBytes: number) =>
      (await agentOf(createWorld({ tools: [tool], toolOutputLimitBytes }))).callTool('big.answer')
    expect(await outcome(1500)).toMatchObject({
      status: 'failed',
      code: 'TOOL_OUTPUT_TOO_LARGE',
      result: null,
    })
    expect(await outcome(2100)).toMatchObject({ status: 'completed' })
    expect(await outcome(20_000_000)).toMatchObject({ status: 'completed' })
  })
})

describe('other output of a host', () => {
  const big = 'a'.repeat(MiB)
  const offers: WorldOptions = {
    adapt: () => ({
      prompts: {
        list: async () => [{ name: 'big' }],
        get: async () => ({ messages: [{ role: 'user', content: { type: 'text', text: big } }] }),
        complete: async () => ({ values: [big] }),
      },
      resources: {
        list: async () => [{ uri: 'crm://big', name: 'big' }],
        read: async () => [{ uri: 'crm://big', text: big }],
      },
    }),
  }
  it.each([
    ['prompts/get', { name: 'big' }],
    ['resources/read', { uri: 'crm://big' }],
    [
      'completion/complete',
      { ref: { type: 'ref/prompt', name: 'big' }, argument: { name: 'a', value: 'b' } },
    ],
  ])('is refused above the limit, and reported to onError: %s', async (method, params) => {
    const { world, running } = await scene(offers)
    for (const ask of [{ body: rpc(method, params) }, modern(method, params)]) {
      const { json, text: body } = await post(running, ask)
      expect(json.error?.data['code']).toBe('ANSWER_TOO_LARGE')
      expect(body.length).toBeLessThan(1000)
    }
    expect(world.failures.map(({ code }) => code)).toEqual(['ANSWER_TOO_LARGE', 'ANSWER_TOO_LARGE'])
  })

  it('is cut if it is a progress message', async () => {
    const tool = defineTool({
      name: 'big.progress',
      description: 'Reports',
      input: z.object({}),
      run: async (_, { progress }) => {
        progress({ progress: 1, message: `${'a'.repeat(1999)}👍${big}` })
        return 'done'
      },
    })
    const { running } = await scene({ tools: [tool] })
    const { messages } = await post(running, {
      body: toolCall('big.progress', {}, { _meta: { progressToken: 1 } }),
    })
    expect(messages[0]?.params?.['message']).toBe('a'.repeat(1999))
  })
})

describe('memory', () => {
  const entries = [
    ['letters', 'a'.repeat(990_000)],
    ['quotes', '"'.repeat(990_000)],
    ['control characters', '\u0001'.repeat(1_000_000)],
    ['emoji', '👍'.repeat(1_000_000)],
  ] as const

  it.each(entries)('can be read after it was stored, however long: %s', async (_, value) => {
    const { world, running } = await scene({ bodyLimitBytes: 10 * MiB })
    const update = toolCall('agent.update_memory', { key: 'long', value })
    expect((await post(running, { body: update })).json.result.structuredContent.status).toBe('updated')
    const uri = 'allv://workspaces/ws_acme/memory/long'
    const resource = (await post(running, { body: rpc('resources/read', { uri }) })).json.result
    expect(resource.contents[0].text === value).toBe(true)
    const { result } = (await post(running, { body: toolCall('agent.read_memory', { key: 'long' }) })).json
    expect(result.structuredContent.entry.text === value).toBe(true)
    expect(result.content.map(({ text: copy }: { text: string }) => copy === value)).toEqual([true])
    expect(world.failures).toEqual([])
  })

  it('is sent as structured content and as its JSON if both are small enough', async () => {
    const { world, running } = await scene()
    world.adapters.memory.put('ws_acme', { key: 'long', text: 'a'.repeat(500_000) })
    const { result } = (await post(running, { body: toolCall('agent.read_memory', { key: 'long' }) })).json
    expect(JSON.parse(result.content[0].text)).toEqual(result.structuredContent)
  })

  it('refuses an append that would make an entry unreadable', async () => {
    const { world, running } = await scene()
    const append = toolCall('agent.update_memory', {
      key: 'log',
      operation: 'append',
      value: 'a'.repeat(400_000),
    })
    const answers = []
    for (let i = 0; i < 4; i += 1) answers.push((await post(running, { body: append })).json.result)
    expect(answers.map(({ isError }) => isError)).toEqual([undefined, undefined, true, true])
    expect(answers[3].content[0].text).toMatch(/not changed: .* longer than 1000000 characters/)
    const read = await world.adapters.memory.read({ workspaceId: 'ws_acme' } as never, { key: 'log' })
    expect(read?.text.length).toBe(800_000)
  })

  it('is refused if an adapter keeps longer texts, and reported to onError', async () => {
    const text = 'a'.repeat(1_000_001)
    const { world, running } = await scene({
      adapt: ({ memory }) => ({
        memory: {
          ...memory,
          read: async () => ({ key: 'tone', text, revision: '1', updatedAt: new Date() }),
        },
      }),
    })
    const uri = 'allv://workspaces/ws_acme/memory/tone'
    const { json } = await post(running, { body: rpc('resources/read', { uri }) })
    expect(json.error?.data['code']).toBe('ANSWER_TOO_LARGE')
    expect(world.failures.map(({ code }) => code)).toEqual(['ANSWER_TOO_LARGE'])
    expect(() => world.adapters.memory.put('ws_acme', { key: 'long', text })).toThrow(RangeError)
  })
})
