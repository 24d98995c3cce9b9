import { defineTool } from 'allv-mcp'
import { listedNames } from '../lib/mcp/methods/tool-names.js'
import { listen, post, type Running, rpc, toolCall } from './support/http.js'
import { createWorld, type World, type WorldOptions } from './support/world.js'

let world: World
let running: Running

async function start(options: WorldOptions = {}): Promise<void> {
  world = createWorld(options)
  running = await listen(world)
}
afterEach(() => running?.close())

const result = async (ask: object) => (await post(running, ask)).json.result
const update = async (args: object) => result({ body: toolCall('agent.update_memory', args) })

describe('memory', () => {
  it('is listed page by page, each entry once', async () => {
    await start({ pageSize: 3 })
    for (let i = 0; i < 6; i += 1) world.adapters.memory.put('ws_acme', { key: `k${i}`, text: String(i) })
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await result({ body: rpc('resources/list', cursor === undefined ? {} : { cursor }) })
      expect(page.resources.length).toBeLessThanOrEqual(3)
      seen.push(...page.resources.map(({ name }: { name: string }) => name))
      cursor = page.nextCursor
    } while (cursor !== undefined)
    expect(seen).toEqual(['k0', 'k1', 'k2', 'k3', 'k4', 'k5', 'notes/a b', 'tone'])
  })

  it('is read at canonical addresses, described by a template', async () => {
    await start()
    const { resources } = await result({ body: rpc('resources/list') })
    expect(resources.map(({ uri }: { uri: string }) => uri)).toEqual([
      'allv://workspaces/ws_acme/memory/notes%2Fa%20b',
      'allv://workspaces/ws_acme/memory/tone',
    ])
    const { contents } = await result({ body: rpc('resources/read', { uri: resources[1].uri }) })
    expect(contents).toEqual([
      {
        uri: resources[1].uri,
        mimeType: 'text/plain',
        text: 'formal',
        _meta: { 'ai.allv/revision': expect.any(String) },
      },
    ])
    const { resourceTemplates } = await result({ body: rpc('resources/templates/list') })
    expect(resourceTemplates[0].uriTemplate).toBe('allv://workspaces/ws_acme/memory/{key}')
  })

  it('is changed by the tool: replace, append, delete, each with an expected revision', async () => {
    await start()
    const first = (await update({ key: 'new', text: 'a' })).structuredContent
    expect(first).toEqual({ key: 'new', status: 'updated', revision: expect.any(String) })
    const second = (
      await update({ key: 'new', operation: 'append', text: 'b', expectedRevision: first.revision })
    ).structuredContent
    const stale = await update({
      key: 'new',
      operation: 'replace',
      text: 'c',
      expectedRevision: first.revision,
    })
    expect([stale.isError, stale.content[0].text]).toEqual([true, expect.stringContaining(second.revision)])
    const read = (await result({ body: toolCall('agent.read_memory', { key: 'new' }) })).structuredContent
    expect(read.entry).toMatchObject({ text: 'ab', revision: second.revision })
    expect((await update({ key: 'new', operation: 'delete' })).structuredContent).toEqual({
      key: 'new',
      status: 'deleted',
    })
    expect((await update({ key: 'new', operation: 'delete' })).content[0].text).toContain('no entry')
  })

  it.each([
    [{ key: '../x', text: 'a' }],
    [{ key: 'a//b', text: 'a' }],
    [{ key: 'a\u0000b', text: 'a' }],
    [{ key: '\ud800', text: 'a' }],
    [{ key: 'x' }],
    [{ key: 'x', operation: 'delete', text: 'a' }],
    [{ key: 'x', operation: 'rename', text: 'a' }],
    [{ key: 'x', text: 'a', workspaceId: 'ws_globex' }],
  ])('refuses an invalid change: %j', async (args) => {
    await start()
    expect((await update(args)).isError).toBe(true)
    expect(
      await world.adapters.memory.list({ workspaceId: 'ws_acme' } as never, { cursor: null, limit: 10 }),
    ).toMatchObject({ entries: { length: 2 } })
  })

  it('cannot be changed if the adapter has no update', async () => {
    await start({ adapt: ({ memory: { update: _, ...memory } }) => ({ memory }) })
    const { tools } = await result({ body: rpc('tools/list') })
    expect(tools.map(({ name }: { name: string }) => name)).not.toContain('agent_update_memory')
    expect(
      (await post(running, { body: toolCall('agent.update_memory', { key: 'tone', text: 'x' }) })).json.error
        ?.data['code'],
    ).toBe('TOOL_NOT_FOUND')
  })
})

describe('tools', () => {
  it('are listed with portable names and all hints, and both names are accepted', async () => {
    await start()
    const { tools } = await result({ body: rpc('tools/list') })
    expect(tools[0]).toMatchObject({
      name: 'deals_add',
      title: 'Add',
      inputSchema: { type: 'object' },
      outputSchema: { type: 'object' },
      annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: true },
    })
    expect(
      tools.every(
        ({ name }: { name: string }) => /^[A-Za-z0-9]+(_[A-Za-z0-9]+)*$/.test(name) && name.length <= 60,
      ),
    ).toBe(true)
    for (const name of ['deals_add', 'deals.add']) {
      expect((await result({ body: toolCall(name, { a: 1, b: 1 }) })).structuredContent).toEqual({ sum: 2 })
    }
    expect(world.adapters.runs.all().map(({ tool }) => tool)).toEqual(['deals.add', 'deals.add'])
  })

  it('are listed as declared on request', async () => {
    await start({ toolNames: 'canonical' })
    expect((await result({ body: rpc('tools/list') })).tools[0].name).toBe('deals.add')
  })

  it('are listed by visibility, over pages, in the same order each time', async () => {
    await start({ pageSize: 4 })
    const names = async (as: object) => {
      const seen: string[] = []
      for (let cursor: string | undefined, i = 0; i < 20; i += 1) {
        const page = await result({ ...as, body: rpc('tools/list', cursor === undefined ? {} : { cursor }) })
        seen.push(...page.tools.map(({ name }: { name: string }) => name))
        cursor = page.nextCursor
        if (cursor === undefined) break
      }
      return seen
    }
    const maria = await names({})
    const ada = await names({ member: 'ada@acme.test' })
    expect(ada.filter((name) => !maria.includes(name))).toEqual(['admin_only'])
    expect(await names({})).toEqual(maria)
    expect(new Set(maria).size).toBe(maria.length)
  })

  it('check their arguments by 2020-12, by draft-07 if they say so, and by no other dialect', async () => {
    const tool = (name: string, input: object) =>
      defineTool({ name, description: 'x', input: { type: 'object', ...input }, run: () => 'ran' })
    await start({
      tools: [
        tool('new', {
          properties: { list: { type: 'array', prefixItems: [{ type: 'number' }], items: false } },
        }),
        tool('old', {
          $schema: 'http://json-schema.org/draft-07/schema#',
          properties: { list: { type: 'array', items: [{ type: 'number' }], additionalItems: false } },
        }),
        tool('format', { properties: { at: { type: 'string', format: 'date-time' } } }),
      ],
    })
    const verdict = async (name: string, args: object) =>
      (await result({ body: toolCall(name, args) }))._meta['ai.allv/code'] ?? 'ran'
    for (const name of ['new', 'old']) {
      expect(await verdict(name, { list: [1] })).toBe('ran')
      expect(await verdict(name, { list: ['1'] })).toBe('INVALID_ARGUMENTS')
      expect(await verdict(name, { list: [1, 2] })).toBe('INVALID_ARGUMENTS')
    }
    expect(() => tool('older', { $schema: 'http://json-schema.org/draft-04/schema#' })).toThrow(TypeError)
    expect(() => tool('remote', { properties: { x: { $ref: 'https://example.test/schema.json' } } })).toThrow(
      TypeError,
    )
    expect(await verdict('format', { at: 'yesterday' })).toBe('INVALID_ARGUMENTS')
  })

  it('give no answer that does not fit their output schema', async () => {
    const bend = (answer: unknown): WorldOptions => ({
      adapt: ({ tools }) => ({ tools: { list: tools.list, call: async () => answer as never } }),
    })
    const cyclic: Record<string, unknown> = {}
    cyclic['self'] = cyclic
    for (const answer of [
      {},
      { structuredContent: { sum: 'three' } },
      { content: [] },
      { content: 'text' },
      { content: [{ type: 'video' }] },
      null,
      42,
      { structuredContent: [] },
    ]) {
      await start(bend(answer))
      const given = await result({ body: toolCall('deals.add', { a: 1, b: 2 }) })
      expect(given).toMatchObject({ isError: true, _meta: { 'ai.allv/code': 'TOOL_FAILED' } })
      expect(given.structuredContent).toBeUndefined()
      await running.close()
    }
    for (const answer of [
      { isError: true, content: [], cyclic },
      { isError: true, content: [{ type: 'text', text: 'x', big: 1n }] },
    ]) {
      await start(bend(answer))
      const { status, text } = await post(running, { body: toolCall('deals.add', { a: 1, b: 2 }) })
      expect([status, text]).toEqual([200, expect.stringContaining('TOOL_FAILED')])
      await running.close()
    }
    await start()
  })

  it('are left out when malformed, repeated or named like a built-in one; the rest keep working', async () => {
    const fine = { name: 'fine', description: 'x', inputSchema: { type: 'object' } }
    const bad = [
      null,
      { ...fine, name: 'with space' },
      { ...fine, name: 'agent.get_approval' },
      { ...fine, name: 'a', inputSchema: { type: 'string' } },
      { ...fine, name: 'b', description: undefined },
      { ...fine, name: 'c', inputSchema: { type: 'object', items: { 'x-mcp-header': 'X' } } },
      fine,
    ]
    await start({
      adapt: ({ tools }) => ({ tools: { call: tools.call, list: async () => [fine, ...bad] as never } }),
    })
    const { tools } = await result({ body: rpc('tools/list') })
    expect(tools.map(({ name }: { name: string }) => name)).toEqual([
      'fine',
      'agent_update_memory',
      'agent_read_memory',
      'agent_get_approval',
    ])
    expect(world.failures).toHaveLength(bad.length)
  })
})

it.each([
  [
    'on a number',
    { properties: { n: { type: 'number', 'x-mcp-header': 'N' } } },
    /needs type string, integer or boolean/,
  ],
  ['of no token', { properties: { n: { type: 'string', 'x-mcp-header': 'a b' } } }, /must be a header token/],
  [
    'twice',
    {
      properties: { a: { type: 'string', 'x-mcp-header': 'N' }, b: { type: 'string', 'x-mcp-header': 'n' } },
    },
    /must differ/,
  ],
  [
    'in an array',
    { properties: { a: { type: 'array', items: { type: 'string', 'x-mcp-header': 'N' } } } },
    /reached through "properties" alone/,
  ],
  ['at the root', { 'x-mcp-header': 'N' }, /reached through "properties" alone/],
  [
    'in an alternative',
    { anyOf: [{ properties: { a: { type: 'string', 'x-mcp-header': 'N' } } }] },
    /reached through/,
  ],
])('refuses a mirrored argument %s when the tool is defined', (_, input, message) => {
  const define = (schema: object) =>
    defineTool({ name: 'x', description: 'x', input: { type: 'object', ...schema }, run: () => 'x' })
  expect(() => define(input)).toThrow(message)
  expect(() =>
    define({
      properties: {
        o: { type: 'object', properties: { n: { type: 'string', 'x-mcp-header': 'N' } } },
        'x-mcp-header': { type: 'string' },
      },
    }),
  ).not.toThrow()
})

describe('portable names', () => {
  const names = (...canonical: string[]) => [
    ...listedNames(
      canonical.map((name) => ({ name, description: '', inputSchema: {} })),
      'portable',
    ).values(),
  ]

  it('keep letters, digits and single underscores, at most 60', () => {
    expect(names('agent.update_memory', 'a--b', '.x.', 'plain')).toEqual([
      'agent_update_memory',
      'a_b',
      'x',
      'plain',
    ])
    const [long] = names(`${'very.'.repeat(20)}long`)
    expect(long).toMatch(/^[a-z_]{1,53}_[0-9a-f]{6}$/)
    expect(names('...')[0]).toMatch(/^tool_[0-9a-f]{6}$/)
  })

  it('get a suffix when they collide with a declared name or with each other, always the same one', () => {
    const [plain, dotted] = names('deal_create', 'deal.create')
    expect(plain).toBe('deal_create')
    expect(dotted).toMatch(/^deal_create_[0-9a-f]{6}$/)
    const [one, two] = names('deal.create', 'deal-create')
    expect(new Set([one, two, 'deal_create']).size).toBe(3)
    expect(names('deal-create', 'deal.create')).toEqual([two, one])
  })
})
