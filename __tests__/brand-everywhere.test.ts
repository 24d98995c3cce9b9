import { readFileSync } from 'node:fs'
import {
  type AgentOutcome,
  type AllvAgent,
  type AllvAgentApi,
  createAllvAgentApi,
  createControlPlane,
  isAllvError,
} from 'allv-mcp'
import { nodesOf, readSources } from './architecture/sources.js'
import { approve, askEverything, CALLS, listened, MEMORY, OWN } from './support/everything.js'
import { scenes } from './support/scene.js'
import { createWorld, KEYS } from './support/world.js'

/** With a brand of its own, a host's users meet no name of the library's, in whatever they are answered. */

const start = scenes()

/** Random text spells anything once in a while. */
const withoutRandom = (said: string) => said.replaceAll(/[\w.-]{80,}|\b[a-z]+_[\w-]{22,}/g, '')
const named = (heard: readonly string[]) => heard.filter((said) => /allv/i.test(withoutRandom(said)))

it('contains no default name in any MCP answer of either era', async () => {
  const host = listened(await start(OWN))
  await askEverything(host)
  const methods = readFileSync('lib/mcp/methods/table.ts', 'utf8').matchAll(/^ {2}'([a-z/]+)': \{ run/gm)
  const offered = [...methods].map(([, name = '']) => name)
  expect(offered.length).toBeGreaterThan(8)
  for (const method of [...offered, 'initialize', 'server/discover', 'subscriptions/listen'])
    expect(host.asked).toContain(method)
  expect(host.received.length).toBeGreaterThan(80)
  expect(named(host.received)).toEqual([])
  const all = host.received.join('\n')
  for (const name of ['code', 'runId', 'correlationId', 'approval', 'approvalId', 'replayOf', 'revision'])
    expect(all).toContain(`"com.acme/${name}"`)
  for (const name of [
    'Bearer realm=\\"Acme\\"',
    `"uri":"${MEMORY}/tone"`,
    `${MEMORY}/{key}`,
    'X-Acme-User-Id',
  ])
    expect(all).toContain(name)
  for (const name of ['x-acme-user-id and x-acme-user-email must', 'in x-acme-user-id or x-acme-user-email'])
    expect(all).toContain(name)
})

/** As an endpoint of the host's own would pass it on. */
const told = (answer: unknown) =>
  answer instanceof Error && isAllvError(answer)
    ? JSON.stringify([answer.code, answer.message, answer.details, answer.headers])
    : JSON.stringify(answer)

const doors: readonly ((api: AllvAgentApi) => Promise<AllvAgent>)[] = [
  (api) => api.withApiKey({ workspaceId: 'ws_acme', apiKey: 'sk_none' }),
  (api) => api.withApiKey({ workspaceId: 'ws_acme', apiKey: '' }),
  (api) => api.withApiKey({ workspaceId: 'ws_acme', apiKey: KEYS.acme }),
  (api) =>
    api.withApiKey({
      workspaceId: 'ws_acme',
      apiKey: KEYS.acme,
      member: { id: 'mem_omar', email: 'maria@acme.test' },
    }),
  (api) => api.asMember({ workspaceId: 'ws_acme', memberId: 'mem_none', via: 'inbox' }),
]

it('contains none in any answer of the Agent API', async () => {
  const world = createWorld(OWN)
  const api = createAllvAgentApi(createControlPlane(world.options))
  const heard: string[] = []
  for (const enter of doors) heard.push(told(await enter(api).catch((error: unknown) => error)))
  const maria = await api.asMember({ workspaceId: 'ws_acme', memberId: 'mem_maria', via: 'inbox' })
  const hear = async (answer: Promise<unknown>) =>
    heard.push(told(await answer.catch((error: unknown) => error)))
  for (const answer of [
    maria.listTools(),
    maria.listMemory(),
    maria.readMemory('tone'),
    maria.readMemory('x'),
  ])
    await hear(answer)
  for (const [name, args] of [...CALLS, ['deals.delete', { dealId: 'c' }] as const])
    await hear(maria.callTool(name, args))
  await approve(world, 'c')
  for (const _ of ['runs', 'replays']) await hear(maria.callTool('deals.delete', { dealId: 'c' }))
  const id = world.adapters.approvals.list()[0]?.id ?? ''
  for (const answer of [maria.getApproval(id), maria.waitForApproval(id, { timeoutMs: 1 })])
    await hear(answer)
  expect(named(heard)).toEqual([])
  const all = heard.join('\n')
  expect(all).toContain('Bearer realm=\\"Acme\\"')
  expect(all).not.toMatch(/x-acme-|x-api-key/)
  const statuses = ['completed', 'pending_approval', 'denied', 'failed', 'timed_out'] as const
  for (const status of statuses satisfies readonly AgentOutcome['status'][])
    expect(all).toContain(`"status":"${status}"`)
})

/** Where the sources may spell the library's name, and to whom it speaks there. */
const SPELT: readonly (readonly [RegExp, string])[] = [
  [/^control-plane\/runtime\/brand\.ts$/, 'the defaults of the brand'],
  [
    /^foundation\/errors\/catalogue\.ts$/,
    'two sentences with the default headers, which memberRefusal words',
  ],
  [/^control-plane\/runtime\/options\.ts$/, 'the default of serverInfo'],
  [
    /^(control-plane\/runtime\/(control-plane|runtime)|adapter-kit\/failure-line)\.ts$/,
    'to the host, in its process and its log',
  ],
  [/^foundation\/errors\/allv-error\.ts$/, 'the name of the class, by which hosts know the error'],
  [
    /^foundation\/(crypto\/sealed-token|json\/(arguments-reader|output-marks|shared-marks))\.ts$/,
    'to nobody: what keys are derived with, and symbols',
  ],
  [
    /^(cli|clients)\//,
    'the program of the library, and the configurations that it writes: its users name it',
  ],
  [/^(postgres|redis|testing)\//, 'names of schemas, channels and keys in the stores of the host'],
]

it('has the default names in the listed source files only', () => {
  const spelt = readSources().flatMap((source) =>
    nodesOf(source)
      .filter(({ node }) => node.type === 'StringLiteral' || node.type === 'TemplateElement')
      .filter(({ code }) => /allv/i.test(code) && !code.endsWith("/allv-error.js'"))
      .map(({ code }) => ({ path: source.path, code })),
  )
  expect(spelt.length).toBeGreaterThan(5)
  expect(spelt.filter(({ path }) => !SPELT.some(([where]) => where.test(path)))).toEqual([])
  const sentences = spelt.filter(({ path }) => path === 'foundation/errors/catalogue.ts')
  expect(sentences).toHaveLength(2)
})
