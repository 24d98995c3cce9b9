/** Which suites run, and what of them this library does not serve, with the reason. */

export interface Suite {
  readonly name: string
  /** Package whose command line runs it. */
  readonly package: string
  readonly args: readonly string[]
}

export const SUITES: readonly Suite[] = [
  { name: '2026-07-28', package: 'conformance-next', args: ['--requirements', '2026-07-28'] },
  { name: '2025-11-25', package: 'conformance-next', args: ['--requirements', '2025-11-25'] },
  { name: '0.1.16 all', package: '@modelcontextprotocol/conformance', args: ['--suite', 'all'] },
]

const LOGGING =
  'MCP Logging is deprecated since 2026-07-28, and needs a session on the server; hosts have their own logs'
const SUBSCRIBE =
  'resources/subscribe needs a standalone stream and state on the server; 2026 clients use subscriptions/listen'
const POLLING = 'SSE polling resumes a stream of a stateful session; every answer here comes on its own POST'
const NOTHING_CHECKED =
  'the suite has no check for notifications/tasks yet; task-events.test.ts has some of our own'

export const EXCLUDED: ReadonlyMap<string, string> = new Map([
  ['tasks-status-notifications', NOTHING_CHECKED],
  ['logging-set-level', LOGGING],
  ['tools-call-with-logging', LOGGING],
  ['resources-subscribe', SUBSCRIBE],
  ['resources-unsubscribe', SUBSCRIBE],
  ['server-sse-polling', POLLING],
])
