/** Sends the progress notifications of one request. MCP 2025-11-25, basic/utilities/progress. */

import type { JSONRPCNotification, ProgressToken } from '@modelcontextprotocol/sdk/types.js'
import type { ToolProgress } from '../../adapters/tools.js'
import { cut } from '../../foundation/text/text.js'

/** Takes the progress reports of a tool. */
export interface ProgressSink {
  /** Reports progress. Updates that come too fast or do not grow are dropped. */
  report(update: ToolProgress): void
  /** Drops all further reports. */
  close(): void
}

/** Milliseconds. A tool may report in a tight loop, and no client needs more updates. */
const LEAST_INTERVAL_MS = 50

/** UTF-16 units of a message. */
const MOST_MESSAGE = 2000

const NO_PROGRESS: ProgressSink = Object.freeze({ report: () => {}, close: () => {} })

/** The progress is strictly growing, at most one notification in 50 ms, and none after the end. Without a token nothing is sent. */
export function createProgressSink(
  progressToken: ProgressToken | undefined,
  send: (notification: JSONRPCNotification) => void,
): ProgressSink {
  if (progressToken === undefined) return NO_PROGRESS
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
