/** What the library needs of `pg` and of PGlite. Hosts bring their own; both fit as they are. */

export interface Rows {
  readonly rows: readonly unknown[]
}

/** A client of a `pg` Pool. */
export interface PostgresClient {
  query(text: string, values?: unknown[]): Promise<Rows>
  on(
    event: 'notification',
    listener: (message: { channel: string; payload?: string | undefined }) => void,
  ): unknown
  on(event: 'error', listener: (error: Error) => void): unknown
  on(event: 'end', listener: () => void): unknown
  removeListener(event: string, listener: () => void): unknown
  /** Lets the process end while this connection only listens. */
  unref?(): void
  /** `true` or an error: the connection is not used again. */
  release(destroy?: boolean | Error): void
}

/** A `pg` Pool. */
export interface PostgresPool {
  readonly options?: { readonly max?: number | undefined }
  query(text: string, values?: unknown[]): Promise<Rows>
  connect(): Promise<PostgresClient>
}

/** A PGlite database: PostgreSQL inside of this process. */
export interface EmbeddedPostgres {
  query(text: string, values?: unknown[]): Promise<Rows>
  transaction<T>(
    body: (tx: { query(text: string, values?: unknown[]): Promise<Rows> }) => Promise<T>,
  ): Promise<T>
  listen(channel: string, listener: (payload: string) => void): Promise<() => Promise<void>>
}

export type AnyPostgres = PostgresPool | EmbeddedPostgres
