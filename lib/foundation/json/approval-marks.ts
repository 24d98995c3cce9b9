/** Marks the input schemas of tools that have an approval rule, so that a list of tools that lost its rules is found out. */

import { sharedSet } from './shared-marks.js'

const ruled = sharedSet('ruled')

/** Marks the tool that this input schema belongs to. A copy of the definition keeps the mark, because it has the same schema object. */
export function markApprovalRule(inputSchema: object): void {
  ruled.add(inputSchema)
}

/** Whether the tool of this input schema was defined with an `approval` other than `none`. */
export function hasApprovalRule(inputSchema: object): boolean {
  return ruled.has(inputSchema)
}
