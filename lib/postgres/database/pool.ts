/** The parts of `pg` and PGlite that the library uses. Hosts bring their own; both have these types. */

/** The answer to a query. */
export interface Rows {
  /** The rows, in the order of the statement. */
  readonly rows: readonly unknown[]
}

/** A client of a `pg` Pool. */
export interface PostgresClient {
  /** Runs one statement with `$1`, `$2`, … for its values. Rejects if the database refuses it. */
  query(text: string, values?: unknown[]): Promise<Rows>
  /** Listens to notifications of channels that this connection listens to. */
  on(
    event: 'notification',
    listener: (message: { channel: string; payload?: string | undefined }) => void,
  ): unknown
  /** Listens to errors of the connection. */
  on(event: 'error', listener: (error: Error) => void): unknown
  /** Listens to the end of the connection. */
  on(event: 'end', listener: () => void): unknown
  /** Removes a listener that was added with `on`. */
  removeListener(event: string, listener: () => void): unknown
  /** Lets the process end while this connection only listens. */
  unref?(): void
  /** `true` or an error: the connection is not used again. */
  release(destroy?: boolean | Error): void
}

/** A `pg` Pool. */
export interface PostgresPool {
  /** The options of the pool, as `pg` shows them. */
  readonly options?: {
    /** How many connections the pool opens at most. */
    readonly max?: number | undefined
  }
  /** Runs one statement on any connection of the pool. */
  query(text: string, values?: unknown[]): Promise<Rows>
  /** Takes a connection from the pool, until its `release`. */
  connect(): Promise<PostgresClient>
}

/** A PGlite database: PostgreSQL in this process. */
export interface EmbeddedPostgres {
  /** Runs one statement with `$1`, `$2`, … for its values. Rejects if the database refuses it. */
  query(text: string, values?: unknown[]): Promise<Rows>
  /** Runs `body` in one transaction. It is rolled back if `body` rejects. */
  transaction<T>(
    body: (tx: { query(text: string, values?: unknown[]): Promise<Rows> }) => Promise<T>,
  ): Promise<T>
  /** Listens to a channel. The function that it resolves to stops listening. */
  listen(channel: string, listener: (payload: string) => void): Promise<() => Promise<void>>
}

/** A database of the host: a `pg` Pool, for any number of nodes, or PGlite, for one process. */
export type AnyPostgres = PostgresPool | EmbeddedPostgres
