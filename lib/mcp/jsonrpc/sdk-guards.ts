/** Loads the SDK's own guards of messages when a message needs them: they take as long to load as all of this library. */

import type * as sdk from '@modelcontextprotocol/sdk/types.js'

/** The guards that decide about unusual messages. */
export type SdkGuards = Pick<
  typeof sdk,
  | 'isInitializeRequest'
  | 'isJSONRPCErrorResponse'
  | 'isJSONRPCNotification'
  | 'isJSONRPCRequest'
  | 'isJSONRPCResultResponse'
>

/** The guards. The module is loaded once. */
export function loadSdkGuards(): Promise<SdkGuards> {
  return import('@modelcontextprotocol/sdk/types.js')
}
