/** What the process of an app tells the verification. */

import type { Execution } from './probe.js'

export type ChildMessage =
  /** The app serves at this URL. */
  | { readonly type: 'started'; readonly url: string }
  /** It could not be started. */
  | { readonly type: 'failed'; readonly message: string }
  /** A tool runs. */
  | { readonly type: 'ran'; readonly execution: Execution }
  /** A function of the app has ended. `error`: its message, or `null`. */
  | { readonly type: 'answer'; readonly id: number; readonly value: unknown; readonly error: string | null }
