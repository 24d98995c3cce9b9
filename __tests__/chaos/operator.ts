/** An operator who decides every approval, and approves most of them. */

import { setTimeout as sleep } from 'node:timers/promises'
import type { PostgresAdapters } from 'allv-mcp/postgres'

export function startOperator({ approvals }: PostgresAdapters): { stop(): Promise<void> } {
  let over = false
  const work = async () => {
    while (!over) {
      const { approvals: pending } = await approvals.list({ workspaceId: 'ws', state: 'pending' })
      for (const { id } of pending) {
        const decision = Math.random() < 0.9 ? 'approve' : 'deny'
        await approvals.decide({ id, decision, decidedBy: 'operator' })
      }
      await sleep(20)
    }
  }
  const working = work()
  return {
    async stop() {
      over = true
      await working
    },
  }
}
