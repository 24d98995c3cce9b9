/** Errors of tool calls. They are sent as a tool result with `isError`, so that the model sees them. */

import { type ErrorEntry, entry } from './entry.js'

/** The errors of a tool call by code. */
export const CALL_ERRORS = {
  CLIENT_CAPABILITY_REQUIRED: entry(
    400,
    -32021,
    'tool',
    'this call needs input from the client, and the client did not declare the capability for it',
  ),
  INPUT_NOT_GIVEN: entry(408, 40801, 'tool', 'not finished: the client did not answer the input requests'),
  INVALID_ARGUMENTS: entry(400, -32602, 'tool', 'the arguments do not fit the input schema of this tool'),
  IDEMPOTENCY_CONFLICT: entry(
    409,
    40901,
    'tool',
    'this idempotency key was used with other arguments; nothing was run, use a new key for a new call',
  ),
  IDEMPOTENCY_UNSUPPORTED: entry(
    400,
    40005,
    'tool',
    'this server does not store runs, so it does not support idempotency keys; nothing was run, repeat the call without a key',
  ),
  APPROVAL_PENDING: entry(
    202,
    20201,
    'tool',
    'not run yet: the call waits for approval; repeat the same call after it was approved',
  ),
  TOO_MANY_PENDING_APPROVALS: entry(
    429,
    42902,
    'tool',
    'not run: too many calls of this member wait for approval; decide some of them or wait until they expire, then repeat the call',
  ),
  APPROVAL_DENIED: entry(403, 40303, 'tool', 'not run: the call was denied'),
  APPROVAL_EXPIRED: entry(
    409,
    40902,
    'tool',
    'not run: the approval expired before it was used; repeat the call to ask again',
  ),
  OUTCOME_UNKNOWN: entry(
    409,
    40903,
    'tool',
    'the call was started and its outcome is unknown; it will not be run again, check its effect before you send a new call',
  ),
  RUN_IN_PROGRESS: entry(409, 40904, 'tool', 'the same call is still running; repeat it to get its outcome'),
  TOOL_FAILED: entry(502, 50201, 'tool', 'the tool failed; report the correlation id'),
  TOOL_OUTPUT_TOO_LARGE: entry(
    502,
    50202,
    'tool',
    'the tool ran, but its result is too large to send; do not repeat the call, since it had its effect; ask for less in another call',
  ),
  TOOL_TIMED_OUT: entry(
    504,
    50401,
    'tool',
    'the tool did not answer within its time limit; it may still have had an effect',
  ),
  CANCELLED: entry(499, 49901, 'tool', 'the call was cancelled'),
} as const satisfies Record<string, ErrorEntry>
