import { createPostgresAdapters } from 'allv-mcp/postgres'
import { approvalRequest, outcomeOf } from '../../lib/testing/harness/context.js'
import { openPostgres } from '../support/databases.js'

/** An approval is executed once, with two nodes and under every isolation level that a host may set. */

const postgres = await openPostgres()
afterAll(() => postgres?.close())

it('runs if PostgreSQL answers', () => {
  expect(postgres === null || postgres.name === 'PostgreSQL').toBe(true)
})

if (postgres !== null) {
  const { schema, node } = postgres
  const pools: ReturnType<typeof node>[] = []
  const nodesWith = (options = '') =>
    [0, 1].map(() => {
      const pool = node({ max: 8, connectionTimeoutMillis: 30_000, ...(options === '' ? {} : { options }) })
      pools.push(pool)
      return createPostgresAdapters({ pool, schema })
    })
  // Those of all cases together leave too few of the server's connections to suites that run beside this one.
  afterEach(() => Promise.all(pools.splice(0).map((pool) => pool.end())))

  it.each([
    ['read committed', ''],
    ['repeatable read', '-c default_transaction_isolation=repeatable\\ read'],
    ['serializable', '-c default_transaction_isolation=serializable'],
  ])(
    'executes each of 500 approvals once when two nodes consume them at once, under %s',
    async (_, options) => {
      const nodes = nodesWith(options)
      const [here] = nodes
      if (here === undefined) throw new Error('no node')
      const ids = await Promise.all(
        Array.from({ length: 500 }, async () => {
          const { id } = await here.approvals.request(approvalRequest())
          await here.approvals.decide({ id, decision: 'approve', decidedBy: 'operator' })
          return id
        }),
      )
      const executions = await Promise.all(
        ids.flatMap((id) =>
          nodes.map(async ({ approvals }, i) => {
            const runId = `run_${i}_${id}`
            const won = await approvals.consume({ id, runId, leaseMs: 60_000 })
            if (won !== null) await approvals.settle({ id, runId, outcome: outcomeOf(runId) })
            return won === null ? null : id
          }),
        ),
      )
      const executed = executions.filter((id) => id !== null)
      expect([executed.length, new Set(executed).size]).toEqual([500, 500])
    },
    60_000,
  )

  it('makes one approval of requests on two nodes at once, under every isolation level', async () => {
    for (const options of ['', '-c default_transaction_isolation=serializable']) {
      const nodes = nodesWith(options)
      const bindings = Array.from({ length: 20 }, () => crypto.randomUUID())
      const made = await Promise.all(
        bindings.flatMap((binding) =>
          [...nodes, ...nodes, ...nodes].map(async ({ approvals }) => {
            const { id } = await approvals.request(approvalRequest({ binding }))
            return `${binding} ${id}`
          }),
        ),
      )
      expect(new Set(made).size).toBe(20)
    }
  })
}
