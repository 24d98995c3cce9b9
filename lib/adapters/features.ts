/** The adapter that reads the host's feature flags. */

/** Reads the host's feature flags. Without this adapter, the library is enabled for every workspace. */
export interface FeaturesAdapter {
  /** Whether `flag` is on for this workspace now. If it rejects, the request is answered with 503. */
  isEnabled(query: { readonly flag: string; readonly workspaceId: string }): Promise<boolean>
}
