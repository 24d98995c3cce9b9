/** What a person is asked to grant, and the grant that their yes makes. */

import type Provider from 'oidc-provider'
import { type Account, accountById, type Workspace, workspacesOf } from './accounts.js'
import { CHOSEN_WORKSPACE } from './provider.js'
import type { Resources } from './resources.js'
import { API_SCOPES } from './scopes.js'
import type { RecordsOf } from './stored-records.js'

export type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>

export interface Request {
  readonly account: Account
  readonly client: { readonly id: string; readonly name: string; readonly redirectUri: string }
  readonly scopes: readonly string[]
  readonly resources: readonly string[]
  /** The workspaces that the person can let the client into: one, unless the address names none. Empty: they are in none of those. */
  readonly workspaces: readonly Workspace[]
}

export interface Consent {
  readonly provider: Provider
  readonly resources: Resources
  readonly records: RecordsOf
}

export async function readRequest(
  { provider, resources }: Consent,
  interaction: Interaction,
): Promise<Request> {
  const { params, session } = interaction
  const clientId = String(params['client_id'])
  const [account, client] = [accountById(session?.accountId), await provider.Client.find(clientId)]
  if (account === undefined || client === undefined)
    throw new Error('the sign-in has expired; begin again in the client')
  const asked = [params['resource'] ?? resources.forAll].flat().map(String)
  const named = asked.map((resource) => resources.workspaceOf(resource) ?? null)
  return {
    account,
    client: {
      id: clientId,
      name: client.clientName ?? clientId,
      redirectUri: String(params['redirect_uri'] ?? client.redirectUris?.[0]),
    },
    scopes: String(params['scope'] ?? '')
      .split(' ')
      .filter((scope) => API_SCOPES.includes(scope)),
    resources: asked,
    workspaces: workspacesOf(account).filter((own) =>
      named.every((one) => one === null || one.id === own.id),
    ),
  }
}

/** Gives the id of the grant. A grant is for one workspace: another choice is another grant, and leaves the first as it is. */
export async function grantRequest(
  { provider, records }: Consent,
  { grantId }: Interaction,
  { account, client, scopes, resources, workspace }: Request & { readonly workspace: Workspace },
): Promise<string> {
  const chosen = records(CHOSEN_WORKSPACE)
  const before = grantId === undefined ? undefined : await chosen.find(grantId)
  const isSame = before?.extra?.['workspaceId'] === workspace.id
  const found = isSame && grantId !== undefined ? await provider.Grant.find(grantId) : undefined
  const grant = found ?? new provider.Grant({ accountId: account.id, clientId: client.id })
  // The provider counts the scopes of the API, which its metadata lists, among its own.
  grant.addOIDCScope(['openid', 'offline_access', 'email', ...scopes].join(' '))
  for (const resource of resources) grant.addResourceScope(resource, scopes.join(' '))
  const id = await grant.save()
  await chosen.upsert(id, { extra: { workspaceId: workspace.id } }, 30 * 24 * 60 * 60)
  return id
}
