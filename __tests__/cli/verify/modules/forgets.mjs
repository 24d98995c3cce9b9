/** The store of examples/sqlite-store, with a part that ends with its process. FORGETS: everything, runs, approvals, consumption or outcomes. */

import { createAllvMcpRouter } from 'allv-mcp'
import { createInMemoryApprovals, createInMemoryRuns, defineVerification } from 'allv-mcp/testing'
import { createSqliteStore } from '../../../../.build/examples/sqlite-store/adapters.js'

const { FORGETS: forgets, SQLITE_FILE: file = '' } = process.env

const bends = {
  everything: (stores) => stores,
  runs: (stores) => ({ ...stores, runs: createInMemoryRuns() }),
  approvals: (stores) => ({ ...stores, approvals: createInMemoryApprovals() }),
  /** Who consumed an approval is known to the process alone. */
  consumption(stores) {
    const consumed = new Map()
    const { get, settle } = stores.approvals
    return {
      ...stores,
      approvals: {
        ...stores.approvals,
        async get(query) {
          const approval = await get(query)
          const claim = consumed.get(query.id)
          return approval !== null && claim !== undefined ? { ...approval, ...claim } : approval
        },
        async consume({ id, runId }) {
          const approval = await get({ id })
          if (approval?.state !== 'approved' || consumed.has(id)) return null
          consumed.set(id, { state: 'executing', runId, consumedAt: new Date() })
          return { ...approval, ...consumed.get(id) }
        },
        settle,
      },
    }
  },
  /** The end of a run is stored after `end` has resolved, if ever. */
  outcomes: (stores) => ({
    ...stores,
    runs: { ...stores.runs, end: async (end) => void setTimeout(() => stores.runs.end(end), 60_000).unref() },
  }),
}

async function start(probe) {
  const { adapters, close } = createSqliteStore(forgets === 'everything' ? ':memory:' : file)
  const stores = bends[forgets](adapters)
  const router = createAllvMcpRouter({
    ...probe.options,
    adapters: { ...stores, tools: probe.tools },
    secret: 'a secret that only this verification has',
    onError: false,
  })
  return {
    app: router,
    addMember: (member) => stores.members.put(member),
    issueKey: (wanted) => stores.apiKeys.create({ ...wanted, name: 'verify' }),
    revokeKey: ({ id }) => stores.apiKeys.revoke(id),
    decide: (decision) => stores.approvals.decide(decision),
    close,
  }
}

export default defineVerification({ host: { start, lacks: ['nodes'] } })
