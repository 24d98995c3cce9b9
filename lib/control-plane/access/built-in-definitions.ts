/** Defines the built-in tools, as clients and their models read them. */

import { MOST_MEMORY_CHARACTERS } from '../../adapter-kit/memory-limit.js'
import type { ToolDefinition } from '../../adapters/tools.js'
import { deepFreeze } from '../../foundation/json/deep-freeze.js'

const KEY = {
  type: 'string',
  minLength: 1,
  maxLength: 512,
  description: 'Key of the entry, as listed.',
} as const

/** Changes one memory entry. */
export const UPDATE_MEMORY: ToolDefinition = deepFreeze({
  name: 'agent.update_memory',
  title: 'Update memory',
  description:
    'Changes one entry of the workspace memory: replace it, append to it, or delete it. Pass expectedRevision (from reading the entry) so that a change made in between by somebody else is not overwritten.',
  inputSchema: {
    type: 'object',
    properties: {
      key: KEY,
      operation: {
        type: 'string',
        enum: ['replace', 'append', 'delete'],
        default: 'replace',
        description: 'What to do with the entry.',
      },
      text: {
        type: 'string',
        maxLength: MOST_MEMORY_CHARACTERS,
        description: 'The text to store or append. None for delete.',
      },
      value: {
        type: 'string',
        maxLength: 1_000_000,
        deprecated: true,
        description: 'The former name of text. Use text.',
      },
      expectedRevision: {
        type: 'string',
        maxLength: 200,
        description: 'Change only if the entry is at this revision.',
      },
    },
    required: ['key'],
    additionalProperties: false,
  },
  outputSchema: {
    type: 'object',
    properties: {
      key: { type: 'string' },
      status: { type: 'string', enum: ['updated', 'deleted'] },
      revision: { type: 'string' },
    },
    required: ['key', 'status'],
  },
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: false },
  scopes: ['memory:write'],
})

/** Reads one memory entry, or lists them. */
export const READ_MEMORY: ToolDefinition = deepFreeze({
  name: 'agent.read_memory',
  title: 'Read memory',
  description: 'Reads one entry of the workspace memory, or, without a key, lists the entries there are.',
  inputSchema: {
    type: 'object',
    properties: {
      key: KEY,
      cursor: {
        type: 'string',
        maxLength: 8192,
        description: 'nextCursor of the list before, for the next page.',
      },
    },
    additionalProperties: false,
  },
  outputSchema: {
    type: 'object',
    properties: {
      entry: {
        type: 'object',
        properties: {
          key: { type: 'string' },
          text: { type: 'string' },
          revision: { type: 'string' },
          updatedAt: { type: 'string', format: 'date-time' },
        },
        required: ['key', 'text', 'revision', 'updatedAt'],
      },
      entries: {
        type: 'array',
        items: {
          type: 'object',
          properties: { key: { type: 'string' }, title: { type: 'string' }, revision: { type: 'string' } },
          required: ['key', 'revision'],
        },
      },
      nextCursor: { type: 'string' },
    },
  },
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  scopes: ['memory:read'],
})

/** Shows one of the member's own approvals. */
export const GET_APPROVAL: ToolDefinition = deepFreeze({
  name: 'agent.get_approval',
  title: 'Get approval',
  description:
    'Tells how one of your own calls that wait for approval stands. Once it is approved, repeat that call to run it.',
  inputSchema: {
    type: 'object',
    properties: {
      approvalId: {
        type: 'string',
        minLength: 1,
        maxLength: 200,
        description: 'Id of the approval, as the call that waits for it said.',
      },
    },
    required: ['approvalId'],
    additionalProperties: false,
  },
  outputSchema: {
    type: 'object',
    properties: {
      approvalId: { type: 'string' },
      tool: { type: 'string' },
      state: {
        type: 'string',
        enum: ['pending', 'approved', 'denied', 'expired', 'executing', 'settled', 'unknown'],
      },
      requestedAt: { type: 'string', format: 'date-time' },
      expiresAt: { type: 'string', format: 'date-time' },
      settledAt: { type: 'string', format: 'date-time' },
      reason: { type: 'string' },
    },
    required: ['approvalId', 'tool', 'state', 'requestedAt', 'expiresAt'],
  },
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
})
