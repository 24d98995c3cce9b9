/** An open database of a command. */

import type { AnyPostgres } from '../../postgres/database/pool.js'

/** A connection, as a command uses it. */
export interface Connection {
  /** The pool, or PGlite. */
  readonly pool: AnyPostgres
  /** Where it leads, without addresses and passwords: `the database of DATABASE_URL`. */
  readonly place: string
  /** What to check if it cannot be reached. */
  readonly check: string
  close(): Promise<void>
}
