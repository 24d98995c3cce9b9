/** Feature flags of the host app. */

/** Feature flags of the host. Without this adapter every workspace has the router. */
export interface FeaturesAdapter {
  /** Whether `flag` is on for this workspace now. A rejection is an outage, answered 503. */
  isEnabled(query: { readonly flag: string; readonly workspaceId: string }): Promise<boolean>
}
