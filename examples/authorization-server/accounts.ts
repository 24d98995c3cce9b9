/** The people who can sign in: the demo's members, each with one account, whatever workspaces they are in. */

import type { PostgresAdapters } from 'allv-mcp/postgres'
import { MEMBERS, WORKSPACES } from '../host/seed.js'

type Seeded = (typeof MEMBERS)[number]

export interface Account {
  /** The `sub` of tokens. It never changes, as an email address may. */
  readonly id: string
  readonly email: string
  readonly name: string
  readonly members: readonly Pick<Seeded, 'id' | 'workspaceId'>[]
}

export interface Workspace {
  readonly id: string
  readonly name: string
}

/** Somebody in both workspaces, who has to choose one at the address that names none. */
const GUEST: Seeded = {
  id: 'mem_ada_guest',
  workspaceId: 'ws_globex',
  email: 'ada@acme.test',
  active: true,
  name: 'ada',
  roles: ['member'],
}

const ACCOUNTS: readonly Account[] = accountsOf([...MEMBERS, GUEST])

export function accountById(id: string | undefined): Account | undefined {
  return ACCOUNTS.find((account) => account.id === id)
}

export function accountByEmail(email: string): Account | undefined {
  return ACCOUNTS.find((account) => account.email === email.trim().toLowerCase())
}

export function workspacesOf({ members }: Account): readonly Workspace[] {
  return WORKSPACES.filter(({ id }) => members.some(({ workspaceId }) => workspaceId === id))
}

/** Tells the host which member an account is. A real app does it when a person joins a workspace. */
export async function linkAccounts(
  { members }: Pick<PostgresAdapters, 'members'>,
  issuer: string,
): Promise<void> {
  await members.put(GUEST)
  for (const { id: subject, members: own } of ACCOUNTS)
    for (const { id: memberId, workspaceId } of own)
      await members.link({ workspaceId, issuer, subject, memberId })
}

function accountsOf(members: readonly Seeded[]): readonly Account[] {
  const emails = new Set(members.filter(({ active }) => active).map(({ email }) => email))
  return [...emails].map((email) => {
    const own = members.filter((member) => member.active && member.email === email)
    const name = email.split('@')[0] ?? email
    return {
      id: `usr_${name}`,
      email,
      name,
      members: own.map(({ id, workspaceId }) => ({ id, workspaceId })),
    }
  })
}
