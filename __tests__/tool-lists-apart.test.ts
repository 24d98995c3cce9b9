import { createToolProvider, defineTool, type MemberContext, type ToolDefinition } from 'allv-mcp'
import { type Ask, modern, post, type Running, rpc, toolCall } from './support/http.js'
import { scenes } from './support/scene.js'
import { createWorld, type KeyName } from './support/world.js'

/** Lists are computed once and cached. A list that is cached for one caller never reaches another, in any order of requests. */

const start = scenes()

const tool = (name: string, over: object = {}) =>
  defineTool({ name, description: `${name}.`, input: { type: 'object' }, run: () => name, ...over })
const memberIs = (name: string) => ({
  visible: ({ member }: { member: { id: string } }) => member.id === `mem_${name}`,
})

const TOOLS = [
  tool('all.members'),
  tool('maria.alone', memberIs('maria')),
  tool('omar.alone', memberIs('omar')),
  tool('read.scoped', { scopes: ['memory:read'] }),
  tool('write.scoped', { scopes: ['memory:write'] }),
]
const BUILT_IN: Readonly<Record<string, readonly string[]>> = {
  acme: ['agent_update_memory', 'agent_read_memory', 'agent_get_approval'],
  acmeReader: ['agent_read_memory', 'agent_get_approval'],
  acmeNoScopes: ['agent_get_approval'],
}
const SCOPED: Readonly<Record<string, readonly string[]>> = {
  acme: ['read_scoped', 'write_scoped'],
  acmeReader: ['read_scoped'],
  acmeNoScopes: [],
}
const MEMBERS = ['maria', 'omar', 'ada']
const CALLERS = Object.keys(BUILT_IN).flatMap((key) => MEMBERS.map((member) => [key, member] as const))

const expected = (key: string, member: string) => [
  'all_members',
  ...(member === 'ada' ? [] : [`${member}_alone`]),
  ...(SCOPED[key] ?? []),
  ...(BUILT_IN[key] ?? []),
]
const caller = (key: string, member: string): Ask => ({
  key: key as KeyName,
  member: `${member}@acme.test`,
})
const tools = createToolProvider(TOOLS)
const world = (over = {}) => createWorld({ rateLimit: false, adapt: () => ({ tools }), ...over })

async function namesFor(running: Running, ask: Ask): Promise<readonly string[]> {
  const { json } = await post(running, ask)
  return json.result.tools.map(({ name }: { name: string }) => name)
}

it('gives each caller its own list, however often and in whatever order they come, in both eras', async () => {
  const { running } = await start(world())
  for (const order of [CALLERS, CALLERS.toReversed(), CALLERS]) {
    for (const [key, member] of order) {
      const asks = [{ body: rpc('tools/list') }, modern('tools/list')]
      for (const ask of asks)
        expect([key, member, await namesFor(running, { ...caller(key, member), ...ask })]).toEqual([
          key,
          member,
          expected(key, member),
        ])
    }
  }
})

it('calls no tool of another caller after that caller has called it', async () => {
  const { running } = await start(world())
  const call = async (key: string, member: string, name: string) => {
    const { json } = await post(running, { ...caller(key, member), body: toolCall(name) })
    return json.error?.data['code'] ?? json.result.content[0].text
  }
  for (let pass = 0; pass < 2; pass += 1) {
    for (const name of ['maria.alone', 'maria_alone']) {
      expect(await call('acme', 'maria', name)).toBe('maria.alone')
      expect(await call('acme', 'omar', name)).toBe('TOOL_NOT_FOUND')
    }
    expect(await call('acme', 'maria', 'write_scoped')).toBe('write.scoped')
    expect(await call('acmeReader', 'maria', 'write_scoped')).toBe('TOOL_NOT_FOUND')
  }
})

it('pages a cached list for each caller separately', async () => {
  const { running } = await start(world({ pageSize: 2 }))
  for (let pass = 0; pass < 2; pass += 1) {
    for (const [key, member] of CALLERS) {
      const names: string[] = []
      let cursor: string | undefined
      do {
        const { json } = await post(running, { ...caller(key, member), body: rpc('tools/list', { cursor }) })
        names.push(...json.result.tools.map(({ name }: { name: string }) => name))
        cursor = json.result.nextCursor
      } while (cursor !== undefined)
      expect([key, member, names]).toEqual([key, member, expected(key, member)])
    }
  }
})

it('sends every caller the same complete and valid text as the first time, for any request id', async () => {
  const { running } = await start(world())
  const text = async (id: number | string) =>
    (await post(running, { ...caller('acme', 'maria'), body: rpc('tools/list', {}, id) })).text
  const first = await text(1)
  const second = await text('a "quoted" id')
  expect(JSON.parse(second)).toEqual({ ...JSON.parse(first), id: 'a "quoted" id' })
})

/** A host's own adapter, which may give anything each time. */
const definition = (name: string, over: object = {}): ToolDefinition => ({
  name,
  description: `${name}.`,
  inputSchema: Object.freeze({ type: 'object' }),
  ...over,
})
const hostWorld = (list: (context: MemberContext) => readonly ToolDefinition[]) =>
  createWorld({
    rateLimit: false,
    adapt: () => ({
      tools: {
        list: async (context) => list(context),
        call: async (_, { name }) => ({ content: [{ type: 'text', text: name }] }),
      },
    }),
  })

it('reads a list again that the host changes in place', async () => {
  const shared = [definition('first')]
  const { running } = await start(hostWorld(() => shared))
  expect(await namesFor(running, { body: rpc('tools/list') })).toContain('first')
  shared[0] = definition('second')
  const names = await namesFor(running, { body: rpc('tools/list') })
  expect([names.includes('first'), names.includes('second')]).toEqual([false, true])
})

it('reads the scopes again of a frozen list whose definitions can change', async () => {
  const scopes: string[] = []
  const list = Object.freeze([Object.freeze(definition('guarded', { scopes }))])
  const { running } = await start(hostWorld(() => list))
  expect(await namesFor(running, { body: rpc('tools/list') })).toContain('guarded')
  scopes.push('nobody:has')
  expect(await namesFor(running, { body: rpc('tools/list') })).not.toContain('guarded')
})

it('separates what two members see of a host that gives frozen lists', async () => {
  const listFor = new Map(
    MEMBERS.map((name) => [`mem_${name}`, Object.freeze([Object.freeze(definition(`only_${name}`))])]),
  )
  const { running } = await start(hostWorld(({ member }) => listFor.get(member.id) ?? []))
  for (let pass = 0; pass < 2; pass += 1) {
    for (const name of MEMBERS) {
      const names = await namesFor(running, { ...caller('acme', name), body: rpc('tools/list') })
      expect(names.filter((listed) => listed.startsWith('only_'))).toEqual([`only_${name}`])
    }
  }
})

it('reports a mistake in a frozen list each time it is listed', async () => {
  const list = Object.freeze([Object.freeze(definition('good')), Object.freeze(definition('not good'))])
  const made = hostWorld(() => list)
  const { running } = await start(made)
  for (let pass = 1; pass <= 2; pass += 1) {
    expect(await namesFor(running, { body: rpc('tools/list') })).toContain('good')
    expect(made.failures).toHaveLength(pass)
  }
})

it('gives the right list to more kinds of members than it caches lists for', async () => {
  const many = Array.from({ length: 8 }, (_, bit) =>
    tool(`bit_${bit}`, {
      visible: ({ member }: { member: { id: string } }) => (Number(member.id.slice(4)) & (1 << bit)) !== 0,
    }),
  )
  const provider = createToolProvider(many)
  const seen = async (n: number) => {
    const context = { member: { id: `mem_${n}` } } as unknown as MemberContext
    return (await provider.list(context)).map(({ name }) => name)
  }
  for (const n of [...Array(256).keys(), ...Array(256).keys()])
    expect(await seen(n)).toEqual(
      [...Array(8).keys()].filter((bit) => n & (1 << bit)).map((bit) => `bit_${bit}`),
    )
})
