import { createAllvAgentApi, type JsonObject } from 'allv-mcp'
import * as definitions from '../lib/control-plane/access/built-in-definitions.js'
import { post, rpc, toolCall } from './support/http.js'
import { type Scene, scenes } from './support/scene.js'
import type { WorldOptions } from './support/world.js'

const start = scenes()

type Node = Readonly<Record<string, unknown>>

/** What strict model providers ask of every part of a schema. */
function faultsOf(node: unknown, path: string): readonly string[] {
  if (typeof node !== 'object' || node === null) return [`${path} is no schema`]
  const { type, properties, items, enum: values } = node as Node
  const inner = [
    ...Object.entries((properties ?? {}) as Node).flatMap(([name, part]) =>
      faultsOf(part, `${path}/${name}`),
    ),
    ...(items === undefined ? [] : faultsOf(items, `${path}[]`)),
  ]
  return [
    ...(typeof type === 'string' ? [] : [`${path} has no type`]),
    ...(type === 'object' && properties === undefined ? [`${path} has no properties`] : []),
    ...(type === 'array' && items === undefined ? [`${path} has no items`] : []),
    ...(values !== undefined && (values as unknown[]).some((value) => typeof value !== type)
      ? [`${path} has values of another type`]
      : []),
    ...['anyOf', 'oneOf', 'allOf', 'not', '$ref', 'const']
      .filter((keyword) => keyword in node)
      .map((keyword) => `${path} uses ${keyword}`),
    ...inner,
  ]
}

describe('the schemas of built-in tools', () => {
  const all = Object.values(definitions)
  it.each(all.map((tool) => [tool.name, tool] as const))('have a type at every node: %s', (_, tool) => {
    expect(faultsOf(tool.inputSchema, 'input')).toEqual([])
    expect(faultsOf(tool.outputSchema, 'output')).toEqual([])
    for (const part of Object.values(tool.inputSchema['properties'] as Readonly<Record<string, Node>>))
      expect(part['description']).toEqual(expect.any(String))
  })

  it('are the listed ones', async () => {
    const { running } = await start()
    const { tools } = (await post(running, { body: rpc('tools/list') })).json.result
    const listed = tools.filter(({ name }: { name: string }) => name.startsWith('agent_'))
    expect(listed).toHaveLength(all.length)
    for (const tool of listed) {
      expect(faultsOf(tool.inputSchema, tool.name)).toEqual([])
      expect(faultsOf(tool.outputSchema, tool.name)).toEqual([])
    }
  })
})

const call = async ({ running }: Scene, name: string, args: object) =>
  (await post(running, { body: toolCall(name, args) })).json.result
const update = (scene: Scene, args: object) => call(scene, 'agent.update_memory', args)
const read = (scene: Scene, args: object) => call(scene, 'agent.read_memory', args)
const textOf = async (scene: Scene, key: string) => (await read(scene, { key })).structuredContent.entry.text
const fill = (args: object, over: object) => ({ ...args, ...over })

describe('empty values of optional arguments', () => {
  it.each([
    { expectedRevision: '' },
    { expectedRevision: null },
    { operation: null },
    { operation: '' },
    { value: null },
    { value: '' },
    { value: '', expectedRevision: '', operation: null },
  ])('count as absent when memory is changed: %j', async (filler) => {
    const scene = await start()
    expect((await update(scene, fill({ key: 'new', text: 'a' }, filler))).structuredContent.status).toBe(
      'updated',
    )
    expect(await textOf(scene, 'new')).toBe('a')
  })

  it.each([
    { text: '' },
    { text: null },
    { value: '' },
    { text: '', value: '' },
    { text: null, expectedRevision: '' },
  ])('count as absent when memory is deleted: %j', async (filler) => {
    const scene = await start()
    const done = await update(scene, fill({ key: 'tone', operation: 'delete' }, filler))
    expect(done.structuredContent).toEqual({ key: 'tone', status: 'deleted' })
  })

  it.each([{ key: '' }, { key: null }, { cursor: '' }, { cursor: null }, { key: '', cursor: null }])(
    'count as absent when memory is listed: %j',
    async (filler) => {
      const scene = await start()
      expect((await read(scene, filler)).structuredContent.entries).toHaveLength(2)
    },
  )

  it.each([{ cursor: '' }, { cursor: null }])('count as absent when an entry is read: %j', async (filler) => {
    const scene = await start()
    expect((await read(scene, fill({ key: 'tone' }, filler))).structuredContent.entry.text).toBe('formal')
  })

  it('do not include the empty text, which may be stored', async () => {
    const scene = await start()
    for (const args of [{ text: '' }, { value: '' }, { operation: 'replace', text: '', value: null }]) {
      await update(scene, { key: 'tone', text: 'full' })
      expect((await update(scene, { key: 'tone', ...args })).structuredContent.status).toBe('updated')
      expect(await textOf(scene, 'tone')).toBe('')
    }
  })
})

describe('the text to store', () => {
  it('is named text, and may still be named value', async () => {
    const scene = await start()
    for (const [args, text] of [
      [{ text: 'a' }, 'a'],
      [{ value: 'b' }, 'b'],
      [{ text: 'c', value: 'c' }, 'c'],
      [{ text: 'd', value: '' }, 'd'],
      [{ text: '', value: 'e' }, 'e'],
    ] as const) {
      expect((await update(scene, { key: 'tone', ...args })).isError).toBeUndefined()
      expect(await textOf(scene, 'tone')).toBe(text)
    }
  })

  it('is refused under two names that differ', async () => {
    const scene = await start()
    const { isError, content } = await update(scene, { key: 'tone', text: 'a', value: 'b' })
    expect([isError, content[0].text]).toEqual([true, expect.stringContaining('/value differs from text')])
  })

  it('is one value for the policy, the approver and the record, under either name', async () => {
    const asked: JsonObject[] = []
    const scene = await start({
      adapt: () => ({
        policy: {
          evaluate: async ({ arguments: args }) => {
            asked.push(args)
            return { verdict: 'operator' }
          },
        },
      }),
    })
    const spellings = [
      { key: 'tone', text: 'warm' },
      { key: 'tone', value: 'warm' },
      { key: 'tone', operation: 'replace', text: 'warm', expectedRevision: '' },
      { key: 'tone', operation: null, value: 'warm', text: '' },
    ]
    for (const args of spellings)
      expect((await update(scene, args))._meta['ai.allv/code']).toBe('APPROVAL_PENDING')
    const one = { key: 'tone', operation: 'replace', text: 'warm' }
    expect(asked).toEqual(spellings.map(() => one))
    const { approvals, runs } = scene.world.adapters
    expect(approvals.list().map(({ arguments: args }) => args)).toEqual([one])
    expect(new Set(runs.all().map(({ argumentsDigest }) => argumentsDigest)).size).toBe(1)
  })
})

const ALWAYS_ASK: WorldOptions = {
  adapt: () => ({ policy: { evaluate: async () => ({ verdict: 'operator' }) } }),
}

describe('a mistake of the model', () => {
  const half = 'a\ud83d'
  const mistakes: readonly [string, object, RegExp][] = [
    ['update_memory', { key: 'a', text: 'a\0b' }, /\/text must not hold NUL/],
    ['update_memory', { key: 'a', text: half }, /\/text must not hold NUL .* or half characters/],
    ['update_memory', { key: 'a', value: '\udc00' }, /\/text must not hold/],
    ['update_memory', { key: 'a', operation: 'append', text: '\0' }, /\/text must not hold/],
    ['update_memory', { key: 'a', text: 'x', expectedRevision: '\0' }, /\/expectedRevision must not hold/],
    ['update_memory', { key: '../x', text: 'x' }, /\/key cannot be used: 1 to 512 characters/],
    ['update_memory', { key: 'a//b', text: 'x' }, /\/key cannot be used/],
    ['update_memory', { key: 'a\nb', text: 'x' }, /\/key cannot be used/],
    ['update_memory', { key: 'a\0b', text: 'x' }, /\/key must not hold NUL/],
    ['update_memory', { key: '\ud800', text: 'x' }, /\/key must not hold/],
    ['update_memory', { key: 'a' }, /\/text is missing; replace and append need a text/],
    ['update_memory', { key: 'a', operation: 'append', text: null }, /\/text is missing/],
    ['update_memory', { text: 'x' }, /required property 'key'/],
    ['update_memory', { key: null, text: 'x' }, /required property 'key'/],
    ['update_memory', { key: 7, text: 'x' }, /\/key must be string/],
    ['update_memory', { key: 'a', text: 7 }, /\/text must be string/],
    ['update_memory', { key: 'a', value: { a: 1 } }, /\/text must be string/],
    [
      'update_memory',
      { key: 'a', operation: 'rename', text: 'x' },
      /\/operation must be equal to one of .*"append"/,
    ],
    [
      'update_memory',
      { key: 'a', text: 'x', workspaceId: 'ws_globex' },
      /additional properties: workspaceId/,
    ],
    ['read_memory', { cursor: '0' }, /this cursor is not valid here; list again without a cursor/],
    ['read_memory', { cursor: 'x'.repeat(9000) }, /\/cursor must NOT have more than/],
    ['read_memory', { cursor: '\0' }, /\/cursor must not hold/],
    ['read_memory', { key: 7 }, /\/key must be string/],
    ['read_memory', { key: 'nope' }, /no memory entry with this key; call without a key/],
    ['read_memory', { key: '../x' }, /no memory entry with this key/],
    ['get_approval', {}, /required property 'approvalId'/],
    ['get_approval', { approvalId: 'apr_nope' }, /no approval with this id/],
    ['get_approval', { approvalId: '\0' }, /\/approvalId must not hold/],
  ]

  it.each(mistakes)(
    'is a result that the model can act on, without an approval and without a report: %s %j',
    async (name, args, words) => {
      const scene = await start(ALWAYS_ASK)
      const { isError, content, _meta: meta } = await call(scene, `agent.${name}`, args)
      expect([isError, content[0].text]).toEqual([true, expect.stringMatching(words)])
      expect(content[0].text).not.toContain('report the correlation id')
      expect([undefined, 'INVALID_ARGUMENTS', 'INVALID_CURSOR', 'TOOL_FAILED']).toContain(
        meta['ai.allv/code'],
      )
      expect(scene.world.failures).toEqual([])
      expect(scene.world.adapters.approvals.list()).toEqual([])
    },
  )

  it('is an error with its problems to the Agent API', async () => {
    const { world } = await start(ALWAYS_ASK)
    const seat = { workspaceId: 'ws_acme', memberId: 'mem_maria', via: 'test' }
    const agent = await createAllvAgentApi(world.options).asMember(seat)
    await expect(agent.callTool('agent.update_memory', { key: 'a', text: half })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENTS',
      details: { problems: [{ path: '/text', message: expect.stringContaining('half characters') }] },
    })
    expect(await agent.callTool('agent.read_memory', { cursor: 'x' })).toMatchObject({
      status: 'failed',
      code: 'INVALID_CURSOR',
    })
    expect(world.failures).toEqual([])
  })

  it('differs from a store that is down, which is reported once', async () => {
    const scene = await start({
      adapt: ({ memory }) => ({ memory: { ...memory, list: () => Promise.reject(new Error('secret')) } }),
    })
    const { isError, content, _meta: meta } = await read(scene, {})
    expect([isError, meta['ai.allv/code'], scene.world.failures.length]).toEqual([true, 'UNAVAILABLE', 1])
    expect(content[0].text).not.toContain('secret')
  })
})

describe('a number that JSON cannot carry', () => {
  it.each([
    ['deals.add', '{"a":1e400,"b":1}'],
    ['deals.add', '{"a":1,"b":-1e999}'],
    ['deals.delete', '{"dealId":1e400}'],
    ['admin.only', '{"more":1e400}'],
  ])('is an argument that does not fit, not a failure: %s %s', async (name, args) => {
    const scene = await start()
    const body = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"${name}","arguments":${args}}}`
    const { json } = await post(scene.running, { body, member: 'ada@acme.test' })
    expect(json.result).toMatchObject({ isError: true, _meta: { 'ai.allv/code': 'INVALID_ARGUMENTS' } })
    expect(scene.world.failures).toEqual([])
  })
})
