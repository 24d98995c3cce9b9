import { defineTool, type Tool, type ToolRun, toolResult } from 'allv-mcp'
import { z } from 'zod'
import { post, toolCall } from './support/http.js'
import { type Scene, scenes, until } from './support/scene.js'
import type { WorldOptions } from './support/world.js'

const start = scenes()

const tool = (name: string, run: (args: never, run: ToolRun) => unknown, over: object = {}): Tool =>
  defineTool({ name, description: 'x', input: { type: 'object' }, run: run as never, ...over })
const call = async ({ running }: Scene, name: string, args: object = {}, over: object = {}) =>
  (await post(running, { body: toolCall(name, args, over) })).json.result
const one = (run: (args: never, run: ToolRun) => unknown, over: object = {}, options: WorldOptions = {}) =>
  start({ ...options, tools: [tool('one', run, over)] })

describe('an error that a tool throws', () => {
  const secret = 'SELECT * FROM vault; password=hunter2'
  const thrown: readonly [string, () => unknown][] = [
    ['an error', () => new Error(secret)],
    ['a text', () => secret],
    ['undefined', () => undefined],
    ['null', () => null],
    ['an object', () => ({ message: secret, code: -32000, data: secret })],
    ['an error that looks like ours', () => Object.assign(new Error(secret), { code: 'TOOL_NOT_FOUND' })],
    [
      'a thing that cannot be read',
      () =>
        new Proxy(
          {},
          {
            get: () => {
              throw new Error(secret)
            },
          },
        ),
    ],
  ]
  it.each(thrown)('is reported to onError only: %s', async (_, make) => {
    const cause = make()
    for (const run of [
      () => {
        throw cause
      },
      () => Promise.reject(cause),
    ]) {
      const scene = await one(run)
      const answer = await post(scene.running, { body: toolCall('one') })
      expect(answer.json.result).toEqual({
        isError: true,
        content: [{ type: 'text', text: 'the tool failed; report the correlation id' }],
        _meta: {
          'ai.allv/code': 'TOOL_FAILED',
          'ai.allv/runId': expect.stringMatching(/^run_/),
          'ai.allv/correlationId': expect.stringMatching(/^req_/),
        },
      })
      expect(answer.text).not.toMatch(/hunter2|vault/)
      expect(scene.world.failures).toHaveLength(1)
      expect(Object.is(scene.world.failures[0]?.error, cause)).toBe(true)
    }
  })
})

describe('the time limit', () => {
  it('ends a late tool, aborts its signal, and drops its later output', async () => {
    let aborted = false
    let late: (() => void) | undefined
    const scene = await one(
      (_, { signal, progress }) => {
        signal.addEventListener('abort', () => {
          aborted = true
        })
        return new Promise((resolve) => {
          late = () => {
            progress({ progress: 9 })
            resolve('too late')
          }
        })
      },
      { timeoutMs: 40 },
    )
    const answer = await post(scene.running, { body: toolCall('one', {}, { _meta: { progressToken: 'p' } }) })
    late?.()
    expect(answer.json.result._meta['ai.allv/code']).toBe('TOOL_TIMED_OUT')
    expect(answer.text).not.toContain('too late')
    expect([aborted, scene.world.adapters.runs.all()[0]?.status]).toEqual([true, 'timed_out'])
  })

  it('is that of the options unless the tool has its own', async () => {
    const sleepy = (ms: number) => () => new Promise((resolve) => setTimeout(() => resolve('done'), ms))
    const scene = await start({
      toolTimeoutMs: 60,
      tools: [tool('short', sleepy(150)), tool('long', sleepy(150), { timeoutMs: 1000 })],
    })
    expect((await call(scene, 'short'))._meta['ai.allv/code']).toBe('TOOL_TIMED_OUT')
    expect((await call(scene, 'long')).content[0].text).toBe('done')
  })

  it('does not include the wait for a decision', async () => {
    const scene = await one(
      () => new Promise((resolve) => setTimeout(() => resolve('done'), 60)),
      { timeoutMs: 120, approval: 'operator' },
      { approvalHoldMs: 20_000 },
    )
    const waiting = call(scene, 'one')
    const { approvals } = scene.world.adapters
    await until(() => approvals.waiting() === 1)
    await new Promise((resolve) => setTimeout(resolve, 200))
    await approvals.decide({ id: approvals.list()[0]?.id ?? '', decision: 'approve', decidedBy: 'operator' })
    expect((await waiting).content[0].text).toBe('done')
  })
})

describe('a result', () => {
  it('is text, nothing, structured content with its text, or content of every kind', async () => {
    const content = [
      { type: 'text', text: 'a' },
      { type: 'image', data: 'AA==', mimeType: 'image/png' },
      { type: 'audio', data: 'AA==', mimeType: 'audio/wav' },
      { type: 'resource_link', uri: 'https://x.test/a', name: 'a' },
      { type: 'resource', resource: { uri: 'x:a', text: 'a' } },
    ] as const
    const scene = await start({
      tools: [
        tool('text', () => 'hello'),
        tool('nothing', () => undefined),
        tool('typed', () => ({ n: 1 }), { output: z.object({ n: z.number() }) }),
        tool('blocks', () => toolResult({ content })),
      ],
    })
    expect(await call(scene, 'text')).toMatchObject({ content: [{ type: 'text', text: 'hello' }] })
    expect((await call(scene, 'nothing')).content).toEqual([])
    expect(await call(scene, 'typed')).toMatchObject({
      structuredContent: { n: 1 },
      content: [{ type: 'text', text: '{"n":1}' }],
    })
    expect((await call(scene, 'blocks')).content).toEqual(content)
  })

  it('of a megabyte arrives completely, as JSON and on a stream', async () => {
    const text = 'ä€😀'.repeat(115_000)
    const scene = await one(() => text)
    expect((await call(scene, 'one')).content[0].text).toBe(text)
    const { json, headers } = await post(scene.running, {
      body: toolCall('one'),
      headers: { accept: 'text/event-stream' },
    })
    expect([headers.get('content-type'), json.result.content[0].text === text]).toEqual([
      'text/event-stream',
      true,
    ])
  })

  it.each([
    [
      'a cycle',
      () => {
        const it: Record<string, unknown> = {}
        it['self'] = it
        return it
      },
    ],
    ['a big integer', () => ({ n: 1n })],
    [
      'a toJSON that throws',
      () => ({
        toJSON() {
          throw new Error('secret')
        },
      }),
    ],
    ['a list', () => []],
    ['a text', () => 'formal'],
  ])('is refused where it is no JSON object, also without a declared output: %s', async (_, make) => {
    const scene = await start({
      adapt: ({ tools }) => ({
        tools: {
          list: tools.list,
          call: async () => ({ content: [], structuredContent: make() }) as never,
        },
      }),
    })
    const answer = await post(scene.running, { body: toolCall('fails') })
    expect(answer.json.result).toMatchObject({ isError: true, _meta: { 'ai.allv/code': 'TOOL_FAILED' } })
    expect(answer.text).not.toContain('secret')
    expect(scene.world.adapters.runs.all().map(({ status }) => status)).toEqual(['failed'])
  })

  it('contains nothing that a tool adds to it: no _meta, no other fields', async () => {
    const scene = await start({
      adapt: ({ tools }) => ({
        tools: {
          list: tools.list,
          call: async () =>
            ({
              content: [],
              structuredContent: { sum: 1 },
              _meta: { internal: 'leak' },
              extra: 'leak',
              resultType: 'leak',
            }) as never,
        },
      }),
    })
    const { text } = await post(scene.running, { body: toolCall('deals.add', { a: 1, b: 2 }) })
    expect(text).not.toContain('leak')
  })
})

it('gives a tool the checked arguments: a change that one call makes to them is not visible to another', async () => {
  const seen: string[] = []
  const scene = await one((args: { list: number[] }, { context }) => {
    seen.push(JSON.stringify(args))
    try {
      args.list.push(99)
    } catch {}
    try {
      Object.assign(context.member, { id: 'mem_ada' })
    } catch {}
    return context.member.id
  })
  for (let i = 0; i < 2; i += 1) await call(scene, 'one', { list: [1] })
  expect(seen).toEqual(['{"list":[1]}', '{"list":[1]}'])
  const [first, second] = scene.world.adapters.runs.all()
  expect([first?.memberId, second?.memberId]).toEqual(['mem_maria', 'mem_maria'])
  expect(first?.argumentsDigest).toBe(second?.argumentsDigest)
})

it('passes on member, run, key and trace of a call, and no more', async () => {
  let given: ToolRun | undefined
  const scene = await one((_, run) => {
    given = run
    return 'seen'
  })
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
  await post(scene.running, { body: toolCall('one'), headers: { traceparent, 'idempotency-key': 'k1' } })
  expect(given).toMatchObject({
    idempotencyKey: 'k1',
    approvalId: null,
    runId: scene.world.adapters.runs.all()[0]?.id,
    context: {
      workspaceId: 'ws_acme',
      member: { id: 'mem_maria' },
      credential: { id: 'key_acme', kind: 'api-key' },
      face: 'mcp',
      trace: { traceparent },
    },
  })
  expect(JSON.stringify(given)).not.toContain('sk_test')
})
