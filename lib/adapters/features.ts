/** Feature flags of the host app. */

/** Promise: says whether `flag` is on for this workspace now. Without this adapter every workspace has the router. */
export interface FeaturesAdapter {
  isEnabled(query: { readonly flag: string; readonly workspaceId: string }): Promise<boolean>
}
