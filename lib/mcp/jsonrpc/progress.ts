/** Progress notifications of one request. MCP 2025-11-25, basic/utilities/progress. */

import type { JSONRPCNotification, ProgressToken } from '@modelcontextprotocol/sdk/types.js'
import type { ToolProgress } from '../../adapters/tools.js'
import { cut } from '../../foundation/text/text.js'

export interface ProgressSink {
  report(update: ToolProgress): void
  close(): void
}

/** A tool may report in a tight loop; nobody reads faster than this. */
const LEAST_INTERVAL_MS = 50

/** A line for a person who waits, in UTF-16 units. */
const MOST_MESSAGE = 2000

const NOBODY_ASKED: ProgressSink = Object.freeze({ report: () => {}, close: () => {} })

/** Sends what a client asked for with a token: strictly growing, rate-limited, never after the end. Without a token nothing is sent. */
export function createProgressSink(
  progressToken: ProgressToken | undefined,
  send: (notification: JSONRPCNotification) => void,
): ProgressSink {
  if (progressToken === undefined) return NOBODY_ASKED
  let last = Number.NEGATIVE_INFINITY
  let sentAt = Number.NEGATIVE_INFINITY
  let open = true
  return {
    report({ progress, total, message }) {
      const now = performance.now()
      const finished = total !== undefined && progress >= total
      const due = finished || now - sentAt >= LEAST_INTERVAL_MS
      if (!open || !Number.isFinite(progress) || progress <= last || !due) return
      last = progress
      sentAt = now
      send({
        jsonrpc: '2.0',
        method: 'notifications/progress',
        params: {
          progressToken,
          progress,
          ...(total === undefined ? {} : { total }),
          ...(message === undefined ? {} : { message: cut(String(message), MOST_MESSAGE) }),
        },
      })
    },
    close() {
      open = false
    },
  }
}
