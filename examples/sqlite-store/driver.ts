/**
 * Opens SQLite on every version of Node that the library supports: by `node:sqlite`, which is part of Node from 22.13 on, and on Node 20 by SQLite
 * in WebAssembly, which needs no compiler. An app has one driver: `new DatabaseSync(file)` of `node:sqlite`, or `new Database(file)` of
 * `better-sqlite3`, is a `Sqlite` as it is.
 */

import WebAssemblySqlite from 'node-sqlite3-wasm'

export type Value = string | number | null

/** An open database. */
export interface Sqlite {
  exec(sql: string): unknown
  prepare(sql: string): {
    run(...values: Value[]): { readonly changes: number | bigint }
    all(...values: Value[]): readonly unknown[]
  }
  close(): unknown
}

export function connect(file: string): Sqlite {
  const builtIn: { DatabaseSync?: new (file: string) => Sqlite } | undefined =
    process.getBuiltinModule('node:sqlite')
  return builtIn?.DatabaseSync === undefined ? connectByWebAssembly(file) : new builtIn.DatabaseSync(file)
}

/** This driver cuts a text at a NUL. The stores keep no such text, so a statement with one finds and changes nothing. */
function connectByWebAssembly(file: string): Sqlite {
  const db = new WebAssemblySqlite.Database(file)
  const isCut = (values: readonly Value[]) => values.some((value) => String(value).includes('\0'))
  return {
    exec: (sql) => db.exec(sql),
    prepare: (sql) => ({
      run: (...values) => (isCut(values) ? { changes: 0 } : db.run(sql, values)),
      all: (...values) => (isCut(values) ? [] : db.all(sql, values)),
    }),
    close: () => db.close(),
  }
}
