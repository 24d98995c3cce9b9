import { createAllvMcpRouter, defineTool, type Tool } from 'allv-mcp'
import { type Ask, post, type Running, rpc } from './support/http.js'
import { scenes } from './support/scene.js'
import { createWorld, type World } from './support/world.js'

const start = scenes()
type Lists = 'tools/list' | 'resources/list'

const many = (count: number): readonly Tool[] =>
  Array.from({ length: count }, (_, i) =>
    defineTool({
      name: `many.t${i}`,
      description: 'One of many.',
      input: { type: 'object' },
      run: () => 'ran',
    }),
  )
const remember = (world: World, count: number) => {
  for (let i = 0; i < count; i += 1)
    world.adapters.memory.put('ws_acme', { key: `k${String(i).padStart(4, '0')}`, text: 'x' })
}

interface Page {
  readonly names: readonly string[]
  readonly next: string | undefined
}

async function page(running: Running, method: Lists, cursor?: string, as: Ask = {}): Promise<Page> {
  const { json } = await post(running, { ...as, body: rpc(method, cursor === undefined ? {} : { cursor }) })
  const items: { name: string }[] = json.result.tools ?? json.result.resources
  expect(json.result.nextCursor === undefined || typeof json.result.nextCursor === 'string').toBe(true)
  return { names: items.map(({ name }) => name), next: json.result.nextCursor }
}

async function walk(running: Running, method: Lists, as: Ask = {}): Promise<readonly (readonly string[])[]> {
  const pages: (readonly string[])[] = []
  for (let cursor: string | undefined, i = 0; i < 1000; i += 1) {
    const { names, next } = await page(running, method, cursor, as)
    pages.push(names)
    if (next === undefined) return pages
    cursor = next
  }
  throw new Error('the pages never end')
}

const refusal = async (running: Running, method: string, cursor: unknown, as: Ask = {}) => {
  const { status, json, text } = await post(running, { ...as, body: rpc(method, { cursor }) })
  return { status, code: json.error?.code, data: json.error?.data, text }
}
const INVALID = { status: 200, code: -32602, data: { code: 'INVALID_CURSOR' } }

describe.each(['tools/list', 'resources/list'] as const)('%s', (method) => {
  it.each([1, 7, 50, 300])(
    'gives each of many items once, in one order, on pages of %i',
    async (pageSize) => {
      const { world, running } = await start({ pageSize, tools: many(100), rateLimit: false })
      remember(world, 100)
      const pages = await walk(running, method)
      const all = pages.flat()
      expect(new Set(all).size).toBe(all.length)
      expect(all.filter((name) => /^(many_t\d|k\d)/.test(name))).toHaveLength(100)
      for (const names of pages.slice(0, -1)) expect(names).toHaveLength(pageSize)
      expect(pages.at(-1)?.length).toBeGreaterThan(0)
      expect((await walk(running, method)).flat()).toEqual(all)
    },
  )

  it('ends without a cursor when the last page is just full', async () => {
    const { world, running } = await start()
    remember(world, 4)
    const [all = []] = await walk(running, method)
    const { running: exact, world: same } = await start({ pageSize: all.length })
    remember(same, 4)
    expect(await walk(exact, method)).toEqual([all])
  })

  it('refuses an empty, a changed and an invented cursor alike, and reads nothing for it', async () => {
    let lists = 0
    const { world, running } = await start({
      pageSize: 2,
      adapt: ({ memory }) => ({
        memory: {
          ...memory,
          list: (...args) => {
            lists += 1
            return memory.list(...args)
          },
        },
      }),
    })
    remember(world, 10)
    const { next = '' } = await page(running, method)
    expect(next).not.toBe('')
    const before = lists
    const first = await refusal(running, method, '')
    expect(first).toMatchObject(INVALID)
    const places = [0, 1, Math.floor(next.length / 2), next.length - 2]
    const flipped = places.map((i) => `${next.slice(0, i)}${next[i] === 'A' ? 'B' : 'A'}${next.slice(i + 1)}`)
    for (const bad of [...flipped, next.slice(1), next.slice(0, -5), `${next}x`, 'x', '2', 'null', ' '])
      expect([bad, await refusal(running, method, bad)]).toEqual([bad, first])
    expect(lists).toBe(before)
    expect((await page(running, method, next)).names.length).toBeGreaterThan(0)
  })

  it.each([1, {}, [], true])('refuses a cursor that is no string: %j', async (cursor) => {
    const { running } = await start()
    expect(await refusal(running, method, cursor)).toMatchObject({
      status: 200,
      code: -32602,
      data: { code: 'INVALID_PARAMS' },
    })
  })

  it('accepts the cursor of another node with the same secret, also after the secret was rotated', async () => {
    const [old, fresh, other] = ['o', 'n', 'x'].map((letter) => letter.repeat(32)) as [string, string, string]
    const world = createWorld({ pageSize: 2 })
    remember(world, 10)
    const node = (secret: string | readonly string[]) =>
      start({ ...world, router: () => createAllvMcpRouter({ ...world.options, secret }) })
    const { next } = await page((await node(old)).running, method)
    const second = await page((await node(old)).running, method, next)
    expect(await page((await node([fresh, old])).running, method, next)).toMatchObject({
      names: second.names,
    })
    expect(await refusal((await node(other)).running, method, next)).toMatchObject(INVALID)
  })

  it('does not reveal the position in the cursor', async () => {
    const { world, running } = await start({ pageSize: 3 })
    remember(world, 10)
    const { next = '', names } = await page(running, method)
    const readable = [
      next,
      ...next.split('.').map((part) => Buffer.from(part, 'base64url').toString('latin1')),
    ]
    for (const text of readable) {
      for (const word of [...names, 'mem_maria', 'ws_acme', 'deals', 'k0002'])
        expect(text).not.toContain(word)
    }
  })
})

it('refuses a cursor for a list that has one page only', async () => {
  const { world, running } = await start({ pageSize: 2 })
  remember(world, 10)
  const { next } = await page(running, 'resources/list')
  for (const cursor of ['', 'x', next])
    expect(await refusal(running, 'resources/templates/list', cursor)).toMatchObject(INVALID)
})

it('refuses the cursor of one list, member or workspace for another', async () => {
  const { world, running } = await start({ pageSize: 2 })
  remember(world, 10)
  for (let i = 0; i < 5; i += 1) world.adapters.memory.put('ws_globex', { key: `g${i}`, text: 'x' })
  const omar: Ask = { member: 'omar@acme.test' }
  const lin: Ask = { key: 'globex', member: 'lin@globex.test', workspaceId: 'ws_globex' }
  for (const method of ['tools/list', 'resources/list'] as const) {
    const other = method === 'tools/list' ? 'resources/list' : 'tools/list'
    const { next } = await page(running, method)
    for (const as of [omar, lin]) expect(await refusal(running, method, next, as)).toMatchObject(INVALID)
    expect(await refusal(running, other, next)).toMatchObject(INVALID)
    // The same member may come with another key of theirs.
    expect((await page(running, method, next, { key: 'acmeReader' })).names.length).toBeGreaterThan(0)
  }
})

it('moves no other entry when entries are added and removed between two pages', async () => {
  const { world, running } = await start({ pageSize: 4 })
  remember(world, 12)
  const first = await page(running, 'resources/list')
  world.adapters.memory.put('ws_acme', { key: 'a-new-one', text: 'x' })
  world.adapters.memory.remove('ws_acme', 'k0001')
  const second = await page(running, 'resources/list', first.next)
  expect(first.names).toEqual(['k0000', 'k0001', 'k0002', 'k0003'])
  expect(second.names).toEqual(['k0004', 'k0005', 'k0006', 'k0007'])
})
