/** The tables, as numbered migrations. A released migration never changes: a later change is a new migration. */

/** One migration. */
export interface Migration {
  /** Its place in the order. */
  readonly number: number
  /** What it is about. */
  readonly name: string
  /** Single statements. `SCHEMA.` is replaced by the schema prefix. */
  readonly statements: readonly string[]
}

/** The characters that a filter column of audit events keeps, because the size of an index entry is limited. Ids and names are shorter. */
export const FACT_LENGTH = 256

/** PostgreSQL cannot read members of JSON with a NUL or a lone surrogate anywhere, so these are read as U+FFFD. */
function factOf(name: string): string {
  const text = `regexp_replace(event::text, '\\\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\\\ufffd', 'g')`
  const readable = `case when strpos(event::text, chr(92) || 'u') = 0 then event else ${text}::json end`
  return `text collate "C" generated always as (left((${readable}) ->> '${name}', ${FACT_LENGTH})) stored`
}

/**
 * All migrations, in order. Keys and ids compare by bytes ("C"), whatever the locale of the database. Values that clients may fill are `json`, not
 * `jsonb`: it keeps them as they came, with NUL escapes and the order of fields. A run is written twice, so its page keeps room for the second
 * write, which changes no index. `started_at` and `ended_at` of runs and `at` of audit events come from clocks of nodes; all other times are the database's.
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
      // The table that rate-limiter-flexible expects. Unlogged, because counts may be lost in a crash.
      `create unlogged table SCHEMA.rate_limits (key text collate "C" primary key, points integer not null default 0, expire bigint)`,
    ],
  },
  {
    number: 4,
    name: 'kinds of credentials',
    // The kind of rows from older versions is unknown and reads `null`.
    statements: [
      `alter table SCHEMA.runs add column credential_kind text`,
      `alter table SCHEMA.approvals add column credential_kind text`,
    ],
  },
  {
    number: 5,
    name: 'audit filters',
    statements: [
      // Generated columns also cover existing rows, and rows that nodes of an older version still write.
      `alter table SCHEMA.audit_events
        add column run_id ${factOf('runId')},
        add column approval_id ${factOf('approvalId')},
        add column tool ${factOf('tool')}`,
      ...['run_id', 'approval_id', 'tool'].map(
        (column) =>
          `create index audit_events_${column} on SCHEMA.audit_events (workspace_id, ${column}, seq) where ${column} is not null`,
      ),
    ],
  },
  {
    number: 6,
    name: 'pending approvals of a member',
    statements: [
      `create index approvals_pending on SCHEMA.approvals (workspace_id, member_id, expires_at) where state = 'pending'`,
    ],
  },
  {
    number: 7,
    name: 'checkpoints of runs',
    statements: [
      `alter table SCHEMA.runs rename column note to checkpoint`,
      // `repeatable` becomes part of the outcome. The JSON is changed as text, because it may contain NUL escapes.
      `update SCHEMA.runs set checkpoint = null, outcome = (left(rtrim(outcome::text), -1) || ',"repeatable":true}')::json
        where checkpoint = 'repeatable' and outcome is not null`,
    ],
  },
  {
    number: 8,
    name: 'identities of members',
    statements: [
      // A person of an authorization server is one member of a workspace. The digest bounds the size of an index entry.
      `create table SCHEMA.member_identities (
        workspace_id text collate "C" not null,
        digest text collate "C" not null,
        kind text collate "C" not null check (kind in ('user', 'client')),
        issuer text collate "C" not null,
        subject text collate "C" not null,
        member_id text collate "C" not null,
        linked_at timestamptz(3) not null default statement_timestamp(),
        primary key (workspace_id, digest),
        foreign key (workspace_id, member_id) references SCHEMA.members (workspace_id, id) on delete cascade
      )`,
      `create index member_identities_of_member on SCHEMA.member_identities (workspace_id, member_id)`,
    ],
  },
]
