import {
  type ApprovalsHarness,
  apiKeysContract,
  approvalsContract,
  auditContract,
  type ContractRunner,
  createInMemoryApiKeys,
  createInMemoryApprovals,
  createInMemoryAudit,
  createInMemoryMembers,
  createInMemoryMemory,
  createInMemoryRuns,
  membersContract,
  memoryContract,
  runsContract,
} from 'allv-mcp/testing'

/** Runs a suite and gives the titles of the cases that fail. */
async function failuresOf(suite: (runner: ContractRunner) => void): Promise<readonly string[]> {
  const cases: [string, () => Promise<void>][] = []
  suite({ describe: (_, body) => body(), it: (title, body) => cases.push([title, body]) })
  expect(cases.length).toBeGreaterThan(0)
  const failed = await Promise.all(
    cases.map(([title, body]) =>
      body().then(
        () => [],
        () => [title],
      ),
    ),
  )
  return failed.flat()
}

const approvals =
  (bend: (adapter: ReturnType<typeof createInMemoryApprovals>) => Partial<ApprovalsHarness['adapter']>) =>
  (runner: ContractRunner) =>
    approvalsContract(runner, async () => {
      const adapter = createInMemoryApprovals()
      return { adapter: { ...adapter, ...bend(adapter) }, decide: adapter.decide }
    })

const broken: readonly [string, (runner: ContractRunner) => void, RegExp][] = [
  [
    'consume that lets many win',
    approvals(({ get }) => ({
      consume: async ({ id, runId }) => ({ ...(await get({ id })), state: 'executing', runId }) as never,
    })),
    /lets one of 200/,
  ],
  [
    'request that never joins',
    approvals(({ request }) => ({ request: (asked) => request({ ...asked, binding: crypto.randomUUID() }) })),
    /joins 200 concurrent/,
  ],
  [
    'approvals that never expire',
    approvals(({ request }) => ({ request: (asked) => request({ ...asked, ttlMs: 1e9 }) })),
    /expires by time/,
  ],
  [
    'an outcome that can be overwritten',
    approvals(({ settle }) => ({
      settle: async () => settle({ id: 'x', runId: 'x', outcome: {} as never }),
    })),
    /keeps the outcome/,
  ],
  [
    'a lease that never ends',
    approvals(({ consume }) => ({ consume: (claim) => consume({ ...claim, leaseMs: 1e9 }) })),
    /reads unknown/,
  ],
  [
    'wait that does not wake',
    approvals(({ wait }) => ({ wait: (query) => wait({ ...query, state: 'pending' }).then(() => null) })),
    /wakes a waiter/,
  ],
  [
    'begin that starts twice',
    (runner) =>
      runsContract(runner, async () => {
        const adapter = createInMemoryRuns()
        return {
          adapter: { ...adapter, begin: async (run) => adapter.begin({ ...run, idempotencyKey: null }) },
        }
      }),
    /starts one of 200/,
  ],
  [
    'runs of other workspaces',
    (runner) =>
      runsContract(runner, async () => {
        const adapter = createInMemoryRuns()
        return {
          adapter: { ...adapter, get: async ({ id }) => adapter.all().find((run) => run.id === id) ?? null },
        }
      }),
    /no run of another workspace/,
  ],
  [
    'email that compares by case',
    (runner) =>
      membersContract(runner, async () => {
        const adapter = createInMemoryMembers()
        const exact = async ({ workspaceId, email }: { workspaceId: string; email: string }) => {
          const found = await adapter.findByEmail({ workspaceId, email })
          return found?.email === email ? found : null
        }
        return { adapter: { ...adapter, findByEmail: exact }, add: async (member) => adapter.add(member) }
      }),
    /whatever the case/,
  ],
  [
    'keys that stay valid in a cache',
    (runner) =>
      apiKeysContract(runner, async () => {
        const adapter = createInMemoryApiKeys()
        return { adapter, add: async (key) => adapter.add(key), revoke: async () => {} }
      }),
    /revocation of a key/,
  ],
  [
    'an audit trail out of order',
    (runner) =>
      auditContract(runner, async () => {
        const adapter = createInMemoryAudit()
        return {
          adapter: { append: async (events) => adapter.append([...events].reverse()) },
          read: async (id) => adapter.events.filter(({ workspaceId }) => workspaceId === id),
        }
      }),
    /in the order given/,
  ],
  [
    'memory that ignores the expected revision',
    (runner) =>
      memoryContract(runner, async () => {
        const adapter = createInMemoryMemory()
        return {
          adapter: {
            ...adapter,
            update: (context, change) => adapter.update(context, { ...change, expectedRevision: null }),
          },
          put: async (workspaceId, key, text) => void adapter.put(workspaceId, { key, text }),
        }
      }),
    /lets one of many updates/,
  ],
]

it.each(broken)('catches %s', async (_, suite, title) => {
  const failed = await failuresOf(suite)
  expect(failed.filter((name) => title.test(name))).toHaveLength(1)
})
