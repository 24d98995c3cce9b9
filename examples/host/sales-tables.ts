/** The app's own tables. */

import type { AnyPostgres } from 'allv-mcp/postgres'

const TABLES = [
  'create schema if not exists sales',
  'create table if not exists sales.workspaces (id text primary key, name text not null)',
  `create table if not exists sales.deals (workspace_id text, id text, title text not null, amount float8 not null, stage text not null,
    place bigint generated always as identity, primary key (workspace_id, id))`,
  `create table if not exists sales.contacts (workspace_id text, name text, email text, company text, primary key (workspace_id, email))`,
  `create table if not exists sales.notes (workspace_id text, deal_id text, author text not null, text text not null,
    foreign key (workspace_id, deal_id) references sales.deals on delete cascade)`,
]

/** Nodes that start together would race in "if not exists"; whoever comes too late finds what it wanted. */
export async function createSalesTables(pool: AnyPostgres): Promise<void> {
  for (const table of TABLES) await pool.query(table).catch(() => pool.query(table))
}
