/** Runs in memory. For tests and examples only: unbounded, and gone with the process. */

import type { Run, RunsAdapter } from '../adapters/runs.js'
import { keyed, pageFrom } from './keyed.js'

export interface InMemoryRuns extends RunsAdapter {
  /** In the order in which they began. */
  all(): readonly Run[]
}

export function createInMemoryRuns(): InMemoryRuns {
  const byId = new Map<string, Run>()
  const idByKey = new Map<string, string>()
  const store = (run: Run) => byId.set(keyed(run.workspaceId, run.id), Object.freeze({ ...run }))
  return {
    all: () => [...byId.values()],
    async begin(start) {
      const { workspaceId, memberId, tool, idempotencyKey } = start
      if (idempotencyKey !== null) {
        const scope = keyed(workspaceId, memberId, tool, idempotencyKey)
        const earlier = byId.get(keyed(workspaceId, idByKey.get(scope) ?? ''))
        if (earlier !== undefined) return { started: false, run: earlier }
        idByKey.set(scope, start.id)
      }
      store({ ...start, status: 'running', approvalId: null, endedAt: null, errorCode: null, outcome: null })
      return { started: true }
    },
    async end({ id, workspaceId, ...end }) {
      const run = byId.get(keyed(workspaceId, id))
      const open =
        run?.status === 'running' || run?.status === 'pending_approval' || run?.status === 'input_required'
      if (run !== undefined && open) store({ ...run, ...end })
    },
    async get({ workspaceId, id }) {
      return byId.get(keyed(workspaceId, id)) ?? null
    },
    async list({ workspaceId, memberId, status, tool, cursor, limit }) {
      const runs = [...byId.values()].filter(
        (run) =>
          run.workspaceId === workspaceId &&
          (memberId === undefined || run.memberId === memberId) &&
          (status === undefined || run.status === status) &&
          (tool === undefined || run.tool === tool),
      )
      const page = pageFrom(runs.reverse(), { cursor, limit })
      return { runs: page.items, nextCursor: page.nextCursor }
    },
  }
}
