/**
 * What the stores do with SQLite. Its drivers are synchronous: a statement blocks this process, and no other code of it runs between two statements
 * without an `await`.
 */

import { connect, type Sqlite, type Value } from './driver.js'
import { TABLES } from './tables.js'

export type { Sqlite } from './driver.js'

/** Opens a file, and makes the tables that it does not have yet. */
export function openSqlite(file: string): Sqlite {
  const db = connect(file)
  // Other processes may have it open too; a commit is on the disk before it resolves.
  db.exec('pragma busy_timeout = 5000; pragma journal_mode = wal; pragma synchronous = full')
  db.exec(TABLES)
  return db
}

/** Reads rows. The statement selects one column `row`, made by `json_object`. */
export function rowsOf<Row>(db: Sqlite, sql: string, ...values: Value[]): readonly Row[] {
  const rows: Row[] = []
  for (const found of db.prepare(sql).all(...values)) {
    if (typeof found === 'object' && found !== null && 'row' in found)
      rows.push(JSON.parse(String(found.row)))
  }
  return rows
}

/** Runs a statement, and gives whether it changed a row. */
export function changes(db: Sqlite, sql: string, ...values: Value[]): boolean {
  return Number(db.prepare(sql).run(...values).changes) > 0
}

/** Does everything in `body`, or nothing. `immediate`: other processes wait from its beginning, so what it reads stays true until it writes. */
export function inTransaction<T>(db: Sqlite, body: () => T): T {
  db.exec('begin immediate')
  try {
    const result = body()
    db.exec('commit')
    return result
  } catch (error) {
    db.exec('rollback')
    throw error
  }
}

/** A date from its milliseconds. */
export function dateOf(ms: number): Date {
  return new Date(ms)
}

/** The same for a column that may be null. */
export function dateOrNull(ms: number | null): Date | null {
  return ms === null ? null : new Date(ms)
}
