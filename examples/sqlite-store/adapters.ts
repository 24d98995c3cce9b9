/** All stores on one SQLite file. Spread `adapters` into those of `createAllvMcpRouter`. */

import { createSqliteApiKeys } from './api-keys.js'
import { createSqliteApprovals } from './approvals.js'
import { createSqliteAudit } from './audit.js'
import { createSqliteMembers } from './members.js'
import { createSqliteMemory } from './memory.js'
import { createSqliteRuns } from './runs.js'
import { openSqlite } from './sqlite.js'

/** @param file a path; any number of processes of one machine may open it */
export function createSqliteStore(file: string) {
  const db = openSqlite(file)
  return {
    adapters: {
      apiKeys: createSqliteApiKeys(db),
      members: createSqliteMembers(db),
      memory: createSqliteMemory(db),
      approvals: createSqliteApprovals(db),
      runs: createSqliteRuns(db),
      audit: createSqliteAudit(db),
    },
    close: () => void db.close(),
  }
}
