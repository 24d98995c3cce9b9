/** The tables, as numbered steps. A step that was ever released never changes: what comes later is a step of its own. */

export interface Migration {
  readonly number: number
  readonly name: string
  /** Single statements. `SCHEMA` stands for the name of the schema. */
  readonly statements: readonly string[]
}

/**
 * Keys and ids compare by bytes ("C"), whatever the locale of the database. What clients may fill is `json`, not `jsonb`: that keeps it
 * as it came, NUL escapes and order of fields included. Runs are written twice, so their pages keep room for the second time, and no index
 * changes with it. Times that clocks of nodes gave are `…_at` of a run's own; all others are the database's.
 */
export const MIGRATIONS: readonly Migration[] = [
  {
    number: 1,
    name: 'keys, members, memory',
    statements: [
      `create table SCHEMA.api_keys (
        workspace_id text collate "C" not null,
        id text collate "C" not null,
        digest text collate "C" not null unique,
        hint text,
        name text not null,
        scopes json not null,
        members json not null,
        created_at timestamptz(3) not null,
        expires_at timestamptz(3),
        revoked_at timestamptz(3),
        replaces text collate "C",
        last_used_at timestamptz(3),
        primary key (workspace_id, id)
      )`,
      `create table SCHEMA.members (
        workspace_id text collate "C" not null,
        id text collate "C" not null,
        email text not null,
        email_key text collate "C" not null,
        active boolean not null,
        name text,
        roles json,
        primary key (workspace_id, id),
        unique (workspace_id, email_key)
      )`,
      `create sequence SCHEMA.memory_revisions`,
      `create table SCHEMA.memory_entries (
        workspace_id text collate "C" not null,
        key text collate "C" not null,
        title text,
        description text,
        mime_type text,
        text text not null,
        revision bigint not null,
        updated_at timestamptz(3) not null,
        primary key (workspace_id, key)
      )`,
      `create table SCHEMA.memory_history (
        workspace_id text collate "C" not null,
        key text collate "C" not null,
        revision bigint not null,
        operation text not null,
        text text,
        changed_at timestamptz(3) not null,
        member_id text collate "C",
        run_id text collate "C",
        primary key (workspace_id, key, revision)
      )`,
    ],
  },
  {
    number: 2,
    name: 'runs, approvals, audit',
    statements: [
      `create table SCHEMA.runs (
        workspace_id text collate "C" not null,
        id text collate "C" not null,
        seq bigint generated always as identity,
        member_id text collate "C" not null,
        credential_id text collate "C" not null,
        face text not null,
        era text,
        tool text collate "C" not null,
        arguments_digest text collate "C" not null,
        idempotency_key text collate "C",
        correlation_id text collate "C" not null,
        started_at timestamptz(3) not null,
        begun_at timestamptz(3) not null,
        lease_ends_at timestamptz(3) not null,
        status text not null,
        approval_id text collate "C",
        ended_at timestamptz(3),
        error_code text,
        outcome json,
        note text,
        primary key (workspace_id, id)
      ) with (fillfactor = 80)`,
      `create unique index runs_idempotency_key on SCHEMA.runs (workspace_id, member_id, tool, idempotency_key)
        where idempotency_key is not null`,
      `create index runs_newest on SCHEMA.runs (workspace_id, seq)`,
      `create table SCHEMA.approvals (
        id text collate "C" primary key,
        seq bigint generated always as identity,
        workspace_id text collate "C" not null,
        member_id text collate "C" not null,
        tool text collate "C" not null,
        definition_digest text collate "C" not null,
        arguments_digest text collate "C" not null,
        idempotency_key text collate "C",
        binding text collate "C" not null,
        approver text not null check (approver in ('operator', 'member')),
        state text not null check (state in ('pending', 'approved', 'denied', 'executing', 'settled')),
        arguments json not null,
        summary text,
        credential_id text collate "C" not null,
        face text not null,
        client json,
        requested_at timestamptz(3) not null,
        expires_at timestamptz(3) not null,
        decided_at timestamptz(3),
        decided_by text collate "C",
        channel text,
        reason text,
        run_id text collate "C",
        consumed_at timestamptz(3),
        lease_ends_at timestamptz(3),
        settled_at timestamptz(3),
        outcome json,
        replay_ms bigint not null
      )`,
      `create index approvals_binding on SCHEMA.approvals (binding, seq)`,
      `create index approvals_newest on SCHEMA.approvals (workspace_id, seq)`,
      `create table SCHEMA.audit_events (
        seq bigint generated always as identity primary key,
        id text collate "C" not null,
        at timestamptz(3) not null,
        recorded_at timestamptz(3) not null,
        workspace_id text collate "C",
        type text collate "C" not null,
        member_id text collate "C",
        event json not null
      )`,
      `create index audit_events_newest on SCHEMA.audit_events (workspace_id, seq)`,
    ],
  },
  {
    number: 3,
    name: 'rate limits',
    statements: [
      // As rate-limiter-flexible wants it. Nothing of it must survive a crash, so it costs no write-ahead log.
      `create unlogged table SCHEMA.rate_limits (key text collate "C" primary key, points integer not null default 0, expire bigint)`,
    ],
  },
  {
    number: 4,
    name: 'pending approvals of a member',
    statements: [
      `create index approvals_pending on SCHEMA.approvals (workspace_id, member_id, expires_at) where state = 'pending'`,
    ],
  },
]
