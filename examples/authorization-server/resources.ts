/** What a token can be for: the endpoint of one workspace, or the one endpoint for all of them. */

import { WORKSPACES } from '../host/seed.js'
import type { Workspace } from './accounts.js'

export interface Resources {
  /** The address that names no workspace. */
  readonly forAll: string
  /** `undefined`: there is no such endpoint. `null`: the endpoint for all, where the person chooses. */
  workspaceOf(resource: string): Workspace | null | undefined
}

/** Every address is compared as it is: clients must send what the metadata of the endpoint says. */
export function createResources(publicUrl: string): Resources {
  const forAll = `${publicUrl}/mcp`
  const workspaces = new Map<string, Workspace>(
    WORKSPACES.map((workspace) => [`${publicUrl}/workspaces/${workspace.id}/mcp/oauth`, workspace]),
  )
  return {
    forAll,
    workspaceOf: (resource) => (resource === forAll ? null : workspaces.get(resource)),
  }
}
