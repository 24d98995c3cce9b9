/** The contract suite of the features adapter: it gives this flag, of this workspace, as it is now. */

import assert from 'node:assert/strict'
import type { FeaturesAdapter } from '../../adapters/features.js'
import { defineContract, type Harness, uniqueId } from '../harness/runner.js'

/** What `featuresContract` needs: a features adapter, and a way to set a flag. */
export interface FeaturesHarness extends Harness {
  /** The adapter under test. */
  readonly adapter: FeaturesAdapter
  /** Sets a flag of one workspace on or off, from the next look-up on. */
  set(flag: string, workspaceId: string, on: boolean): Promise<void>
}

/**
 * Runs the contract suite of the features adapter. `create` gives a new harness for each case.
 *
 * @example
 * featuresContract({ describe, it }, async () => {
 *   const adapter = createInMemoryFeatures()
 *   return { adapter, set: async (flag, workspaceId, on) => adapter.set(flag, workspaceId, on) }
 * })
 */
export const featuresContract = defineContract<FeaturesHarness>('features contract', {
  'answers for each flag and workspace separately': async ({ adapter, set }) => {
    const flags = [uniqueId('flag'), uniqueId('flag')]
    const workspaces = [uniqueId('ws'), uniqueId('ws')]
    const isOn = (flag: string, workspaceId: string) =>
      (flag === flags[0]) === (workspaceId === workspaces[0])
    for (const flag of flags) for (const ws of workspaces) await set(flag, ws, isOn(flag, ws))
    for (const flag of flags) {
      for (const workspaceId of workspaces)
        assert.equal(await adapter.isEnabled({ flag, workspaceId }), isOn(flag, workspaceId))
    }
  },
  'answers as it is now': async ({ adapter, set }) => {
    const [flag, workspaceId] = [uniqueId('flag'), uniqueId('ws')]
    for (const on of [true, false, true]) {
      await set(flag, workspaceId, on)
      assert.equal(await adapter.isEnabled({ flag, workspaceId }), on)
    }
  },
})
