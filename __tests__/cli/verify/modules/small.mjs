/** A small verification: features that are correct, and those that are not with BROKEN=1. */

import { createInMemoryFeatures, defineVerification } from 'allv-mcp/testing'

export default defineVerification({
  adapters: {
    features: {
      async create() {
        const adapter = createInMemoryFeatures()
        const broken = { isEnabled: async () => true }
        return {
          adapter: process.env['BROKEN'] ? broken : adapter,
          set: async (flag, workspaceId, on) => adapter.set(flag, workspaceId, on),
        }
      },
    },
  },
})
