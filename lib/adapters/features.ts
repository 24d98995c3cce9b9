/** The adapter that reads the host's feature flags. */

/**
 * Reads the host's feature flags. Without this adapter, the library is enabled for every workspace.
 *
 * @example
 * const features: FeaturesAdapter = {
 *   isEnabled: async ({ flag, workspaceId }) => (await db.find('flags', { flag, workspaceId })) !== null,
 * }
 */
export interface FeaturesAdapter {
  /** Whether `flag` is on for this workspace now. If it rejects, the request is answered with 503. */
  isEnabled(query: { readonly flag: string; readonly workspaceId: string }): Promise<boolean>
}
