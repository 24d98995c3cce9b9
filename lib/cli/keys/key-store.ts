/** What the commands `keys` need of a database. */

import { createPostgresApiKeys, type PostgresApiKeys } from '../../postgres/api-keys.js'
import type { Database } from '../../postgres/database/database.js'
import { createPostgresMembers, type PostgresMembers } from '../../postgres/members.js'
import type { ExitCode, Terminal } from '../kit/command.js'
import { type DatabaseArguments, withDatabase } from '../kit/with-database.js'

/** The stores, and the time. */
export interface KeyStore {
  readonly apiKeys: PostgresApiKeys
  readonly members: PostgresMembers
  /** The time by the clock of the database, which judges keys. */
  now(): Promise<Date>
}

/** Gives what `act` gives. */
export function withKeyStore(
  values: DatabaseArguments,
  terminal: Terminal,
  act: (store: KeyStore) => Promise<ExitCode>,
): Promise<ExitCode> {
  return withDatabase({ values, terminal }, (database) =>
    act({
      apiKeys: createPostgresApiKeys(database, () => {}),
      members: createPostgresMembers(database),
      now: () => readTime(database),
    }),
  )
}

async function readTime({ query }: Database): Promise<Date> {
  const [ms = 0] = await query<number>(
    'select round(extract(epoch from statement_timestamp()) * 1000)::bigint::text as row',
  )
  return new Date(ms)
}
