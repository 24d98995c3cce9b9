/**
 * The tables. Columns are what queries and conditions read; `body` has the rest of a record, as JSON. Times are milliseconds. Text is compared
 * byte by byte, which is what ids, keys and digests need.
 */
export const TABLES = `
create table if not exists api_keys (
  digest text primary key,
  id text not null unique,
  body text not null,
  expires_at integer,
  revoked_at integer
) strict;

create table if not exists members (
  workspace_id text not null,
  id text not null,
  email_lower text not null,
  body text not null,
  primary key (workspace_id, id)
) strict;
create index if not exists members_by_email on members (workspace_id, email_lower);

create table if not exists memory (
  workspace_id text not null,
  key text not null,
  text text not null,
  body text not null,
  revision text not null,
  updated_at integer not null,
  primary key (workspace_id, key)
) strict;

create table if not exists approvals (
  seq integer primary key,
  id text not null unique,
  binding text not null,
  workspace_id text not null,
  member_id text not null,
  approver text not null,
  state text not null,
  body text not null,
  requested_at integer not null,
  expires_at integer not null,
  replay_ms integer not null,
  decided_at integer,
  decided_by text,
  channel text,
  reason text,
  run_id text,
  consumed_at integer,
  lease_ends_at integer,
  settled_at integer,
  outcome text
) strict;
create index if not exists approvals_by_binding on approvals (binding, seq);
create index if not exists approvals_by_member on approvals (workspace_id, member_id, state);

create table if not exists runs (
  seq integer primary key,
  workspace_id text not null,
  id text not null,
  member_id text not null,
  tool text not null,
  idempotency_key text,
  status text not null,
  body text not null,
  started_at integer not null,
  lease_ends_at integer not null,
  approval_id text,
  ended_at integer,
  error_code text,
  outcome text,
  checkpoint text,
  unique (workspace_id, id)
) strict;
create unique index if not exists runs_by_idempotency_key
  on runs (workspace_id, member_id, tool, idempotency_key) where idempotency_key is not null;

create table if not exists audit (
  seq integer primary key,
  id text not null unique,
  workspace_id text,
  body text not null
) strict;
create index if not exists audit_by_workspace on audit (workspace_id, seq);
`
