import { type Ask, modern, post, rpc, toolCall } from '../support/http.js'
import { type Scene, scenes } from '../support/scene.js'
import { TASKS_AND_FORM, taskClient } from '../support/tasks.js'

/** T17 of the security checklist: something that the caller may not see is answered like something that does not exist, byte for byte. */

const start = scenes()
const hidden = 'SELECT secret FROM vault at /srv/app/vault.ts'
const offer = (scene: { readonly fail?: boolean }) => ({
  prompts: {
    list: async () => [{ name: 'for-all' }, { name: 'scoped', scopes: ['deals:write'] }],
    get: async () => {
      if (scene.fail === true) throw new Error(hidden)
      return { messages: [] }
    },
  },
})

interface Pair {
  readonly title: string
  /** Gives a request for what there is, but not for this caller, and the name of it. */
  readonly foreign: (scene: Scene) => Promise<{ readonly name: string; readonly ask: (name: string) => Ask }>
  /** What there is not, of the same length. */
  readonly unknown: string
}

const named = (name: string, unknown: string, ask: (name: string) => Ask) => ({
  foreign: async () => ({ name, ask }),
  unknown,
})
const omarsTask = async ({ running }: Scene) => {
  const client = taskClient(running, TASKS_AND_FORM)
  const over = { member: 'omar@acme.test' }
  return String((await client.call('deals.delete', { dealId: 'd' }, over)).result.taskId)
}
const omarsApproval = async (scene: Scene) => {
  await omarsTask(scene)
  return scene.world.adapters.approvals.list()[0]?.id ?? ''
}
const memory = (name: string) => ({ body: rpc('resources/read', { uri: `allv://workspaces/${name}` }) })
const X = 'x'.repeat(22)

const pairs: readonly Pair[] = [
  {
    title: 'a tool that is not visible',
    ...named('admin.only', 'admin.none', (name) => ({ body: toolCall(name) })),
  },
  { title: 'a tool without its scope', ...named('scoped', 'scopex', (name) => ({ body: toolCall(name) })) },
  {
    title: 'a tool that is not visible, in 2026',
    ...named('admin.only', 'admin.none', (name) => modern('tools/call', { name, arguments: {} })),
  },
  {
    title: 'a prompt without its scope',
    ...named('scoped', 'scopex', (name) => ({ body: rpc('prompts/get', { name }) })),
  },
  { title: "another workspace's memory", ...named('ws_globex/memory/tone', 'ws_acmexx/memory/tone', memory) },
  {
    title: 'memory without the scope',
    ...named('ws_acme/memory/tone', 'ws_acme/memory/tonx', (name) => ({
      ...memory(name),
      key: 'acmeNoScopes',
    })),
  },
  ...(['tasks/get', 'tasks/cancel', 'tasks/update'] as const).map((method) => ({
    title: `another member's task: ${method}`,
    foreign: async (scene: Scene) => ({
      name: await omarsTask(scene),
      ask: (taskId: string) => modern(method, { taskId, inputResponses: {} }, TASKS_AND_FORM),
    }),
    unknown: `run_${X}`,
  })),
  {
    title: "another member's approval",
    foreign: async (scene) => ({
      name: await omarsApproval(scene),
      ask: (approvalId) => ({ body: toolCall('agent.get_approval', { approvalId }) }),
    }),
    unknown: `apr_${X}`,
  },
  {
    title: 'a member who is not active',
    ...named('ivan@acme.test', 'xxxx@acme.test', (member) => ({ member })),
  },
  {
    title: 'a member of another workspace',
    ...named('lin@globex.test', 'xxx@globex.test', (member) => ({ member })),
  },
  {
    title: 'a member for whom the key may not act',
    ...named('omar@acme.test', 'xxxx@acme.test', (member) => ({ key: 'acmeBound', member })),
  },
  ...(['sk_test_acme_revoked', 'sk_test_acme_expired'] as const).map((key) => ({
    title: `a key that has ended: ${key}`,
    ...named(key, 'sk_test_acme_xxxxxxx', (name: string) => ({ key: null, headers: { 'x-api-key': name } })),
  })),
  {
    title: "another workspace's key",
    ...named('sk_test_globex', 'sk_test_xxxxxx', (name) => ({ key: null, headers: { 'x-api-key': name } })),
  },
  { title: 'another workspace', ...named('ws_globex', 'ws_xxxxxx', (workspaceId) => ({ workspaceId })) },
]

it.each(pairs)('answers like something that does not exist: $title', async ({ foreign, unknown }) => {
  const scene = await start({ rateLimit: false, adapt: () => offer({}) })
  const { name, ask } = await foreign(scene)
  expect(name).toHaveLength(unknown.length)
  const answerTo = async (what: string) => {
    const { status, headers, text } = await post(scene.running, ask(what))
    const { date: _, ...rest } = Object.fromEntries(headers)
    const same = text.replaceAll(what, '…').replaceAll(/(run|req)_[\w-]{22}/g, '$1_…')
    return { status, headers: rest, text: same }
  }
  const there = await answerTo(name)
  expect(there).toEqual(await answerTo(unknown))
  expect(there.status >= 400 || /"error"|"isError":true/.test(there.text)).toBe(true)
})

it('shows no caller the error of an adapter', async () => {
  const fail = { fail: true }
  const scene = await start({
    adapt: ({ memory, members, apiKeys, approvals, runs }) => ({
      ...offer(fail),
      memory: { ...memory, read: async () => Promise.reject(new Error(hidden)) },
      members: {
        ...members,
        findByEmail: async (query) =>
          query.email.startsWith('omar') ? Promise.reject(new Error(hidden)) : members.findByEmail(query),
      },
      apiKeys,
      approvals: { ...approvals, get: async () => Promise.reject(new Error(hidden)) },
      runs: { ...runs, get: async () => Promise.reject(new Error(hidden)) },
    }),
  })
  const asks: readonly Ask[] = [
    { body: toolCall('throws') },
    modern('tools/call', { name: 'throws', arguments: {} }),
    { body: rpc('prompts/get', { name: 'for-all' }) },
    memory('ws_acme/memory/tone'),
    { member: 'omar@acme.test' },
    { body: toolCall('agent.get_approval', { approvalId: `apr_${X}` }) },
    modern('tasks/get', { taskId: `run_${X}` }, TASKS_AND_FORM),
  ]
  for (const ask of asks) {
    const { text, headers } = await post(scene.running, ask)
    expect(text + JSON.stringify(Object.fromEntries(headers))).not.toMatch(
      /SELECT|vault|\/srv|\bat .*\.[jt]s|sk_test/,
    )
    expect(/"error"|"isError":true/.test(text)).toBe(true)
  }
  expect(scene.world.failures.length).toBeGreaterThanOrEqual(asks.length)
})
