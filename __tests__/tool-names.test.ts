import { defineTool } from 'allv-mcp'
import { post, type Running, rpc, toolCall } from './support/http.js'
import { scenes } from './support/scene.js'

const start = scenes()

const named = (...names: readonly string[]) =>
  names.map((name) =>
    defineTool({ name, description: 'Says its name.', input: { type: 'object' }, run: () => `I am ${name}` }),
  )
async function listed(running: Running): Promise<readonly string[]> {
  const { json } = await post(running, { body: rpc('tools/list') })
  return json.result.tools.map(({ name }: { name: string }) => name)
}
const answerOf = async (running: Running, name: string) => {
  const { json } = await post(running, { body: toolCall(name) })
  return json.error?.data['code'] ?? json.result.content[0].text
}

/** Names that meet when they are made portable, and names that cannot be. */
const AWKWARD = [
  'deal.create',
  'deal-create',
  'deal_create',
  'deal..create',
  'deal__create',
  '.deal.create.',
  'Deal.Create',
  '...',
  '---',
  '7',
  '99',
  'tool_99',
  'tool.99',
  '2fa.enable',
  '2fa_enable',
  '_2fa-enable_',
  'tool_2fa_enable',
  'tool',
  '_',
  `9${'x'.repeat(59)}`,
  `9${'x'.repeat(54)}`,
  `9${'x'.repeat(55)}`,
  `9${'x'.repeat(127)}`,
  'agent_update_memory',
  'agent.update-memory',
  'Agent.update_memory',
  `${'long.'.repeat(20)}end`,
  `${'long.'.repeat(20)}eNd`,
  'x'.repeat(60),
  'x'.repeat(61),
  'x'.repeat(128),
  'constructor',
  '__proto__',
  'toString',
]

it('lists each tool under a unique name that every client accepts, and calls exactly that tool by it', async () => {
  const { running } = await start({ tools: named(...AWKWARD), rateLimit: false })
  const names = await listed(running)
  expect(new Set(names).size).toBe(names.length)
  for (const name of names) expect(name).toMatch(/^[A-Za-z][A-Za-z0-9]*(_[A-Za-z0-9]+)*$/)
  for (const name of names) expect(name.length).toBeLessThanOrEqual(60)
  const answers = []
  for (const name of names) answers.push(await answerOf(running, name))
  for (const name of AWKWARD) expect(answers.filter((answer) => answer === `I am ${name}`)).toHaveLength(1)
})

it('calls a tool by the name it was declared with, even where that is the portable name of another', async () => {
  const { running } = await start({ tools: named(...AWKWARD), rateLimit: false })
  for (const name of AWKWARD) expect(await answerOf(running, name)).toBe(`I am ${name}`)
})

it('keeps a name when other tools are added and removed, and in any order of the list', async () => {
  const one = await start({ tools: named('deal.create', 'deal-create') })
  const two = await start({ tools: named('other', 'deal-create', 'deal.create') })
  const mine = (names: readonly string[]) => names.filter((name) => name.startsWith('deal_create')).sort()
  expect(mine(await listed(two.running))).toEqual(mine(await listed(one.running)))
})

it.each([
  [['2fa.enable'], ['tool_2fa_enable']],
  [['99'], ['tool_99']],
  [['_7_'], ['tool_7']],
  [['deal.create'], ['deal_create']],
])('puts a letter first where there is none: %j is %j', async (declared, expected) => {
  const { running } = await start({ tools: named(...declared) })
  expect(await listed(running)).toEqual(expect.arrayContaining([...expected]))
  for (const name of [...declared, ...expected])
    expect(await answerOf(running, name)).toBe(`I am ${declared[0]}`)
})

it('keeps names distinct even if one is declared that another is listed as', async () => {
  const declared = ['deal.create', 'deal-create', '...', '---', 'x'.repeat(70)]
  const { running: first } = await start({ tools: named(...declared) })
  const again = (await listed(first)).filter((name) => /^(deal_|tool|xxx)/.test(name))
  const { running } = await start({ tools: named(...again, ...declared), rateLimit: false })
  const names = await listed(running)
  expect(new Set(names).size).toBe(names.length)
  for (const name of names) expect(name.length).toBeLessThanOrEqual(60)
  for (const name of [...again, ...declared]) expect(await answerOf(running, name)).toBe(`I am ${name}`)
  const answers = await Promise.all(names.map((name) => answerOf(running, name)))
  for (const name of declared) expect(answers.filter((answer) => answer === `I am ${name}`)).toHaveLength(1)
})

it('accepts no name that is neither declared nor listed', async () => {
  const { running } = await start({ tools: named('deal.create') })
  for (const name of [
    'deal create',
    'DEAL_CREATE',
    'deal/create',
    'deal_create ',
    'deal_create_000000',
    'dealcreate',
  ])
    expect(await answerOf(running, name)).toBe('TOOL_NOT_FOUND')
})

it('accepts both names when the declared ones are listed', async () => {
  const { running } = await start({ tools: named('deal.create'), toolNames: 'canonical' })
  expect(await listed(running)).toContain('deal.create')
  for (const name of ['deal.create', 'deal_create'])
    expect(await answerOf(running, name)).toBe('I am deal.create')
})

it('uses the declared name in runs, audit and approvals, whatever name the client sent', async () => {
  const { world, running } = await start()
  await post(running, { body: toolCall('deals_delete', { dealId: 'd1' }) })
  await post(running, { body: toolCall('deals_add', { a: 'x' }) })
  expect(world.adapters.runs.all().map(({ tool }) => tool)).toEqual(['deals.delete'])
  expect(world.adapters.approvals.list().map(({ tool }) => tool)).toEqual(['deals.delete'])
  expect(new Set(world.adapters.audit.events.map(({ tool }) => tool))).toEqual(
    new Set(['deals.delete', 'deals.add']),
  )
})
