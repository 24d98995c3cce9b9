/** The contract suite of the tools adapter: a member can call exactly the tools that are listed for them. */

import assert from 'node:assert/strict'
import type { MemberContext } from '../../adapters/principal.js'
import type { ToolCall, ToolDefinition, ToolsAdapter } from '../../adapters/tools.js'
import type { JsonObject } from '../../foundation/json/json.js'
import { defineContract, type Harness, needing, uniqueId } from '../harness/runner.js'

/** What `toolsContract` needs: a tools adapter, and members with different permissions. */
export interface ToolsHarness extends Harness {
  /** The adapter under test. */
  readonly adapter: ToolsAdapter
  /** A member who may use at least one tool. */
  readonly context: MemberContext
  /** A call of a listed tool that succeeds and asks the client nothing. */
  readonly sample?: {
    /** The canonical name of the tool. */
    readonly name: string
    /** Arguments that fit its schema. */
    readonly arguments: JsonObject
  }
  /** A tool that the member of `context` may use, and a member who may not. */
  readonly hidden?: {
    /** The canonical name of the tool. */
    readonly name: string
    /** The member who may not use it. */
    readonly from: MemberContext
  }
}

/**
 * Runs the contract suite of the tools adapter. `create` gives a new harness for each case.
 *
 * @example
 * toolsContract({ describe, it }, async () => ({ adapter: tools, context, sample: { name: 'ping', arguments: {} } }), {
 *   lacks: ['hidden'],
 * })
 */
export const toolsContract = defineContract<ToolsHarness, 'sample' | 'hidden'>('tools contract', {
  'lists the same tools in the same order': async ({ adapter, context }) => {
    const tools = await adapter.list(context)
    assert.ok(tools.length > 0)
    assert.deepEqual(await adapter.list(context), tools)
    assert.equal(new Set(tools.map(({ name }) => name)).size, tools.length)
  },
  'gives names, descriptions and schemas that clients accept': async ({ adapter, context }) => {
    for (const tool of await adapter.list(context)) assertDefinition(tool)
  },
  'runs one call and gives its result': needing(
    'sample',
    ({ sample }: ToolsHarness) => sample,
    async ({ adapter, context }, sample) => {
      const result = await adapter.call(context, callOf(sample.name, sample.arguments))
      assert.ok(!('inputRequests' in result), 'the sample call asks nothing')
      assert.notEqual(result.isError, true)
      assert.ok(Array.isArray(result.content) || result.structuredContent !== undefined)
    },
  ),
  'rejects a call of a tool that it does not list': async ({ adapter, context }) => {
    await assert.rejects(async () => adapter.call(context, callOf(uniqueId('tool'))))
  },
  'neither lists nor runs what a member may not use': needing(
    'hidden',
    ({ hidden }: ToolsHarness) => hidden,
    async ({ adapter, context }, hidden) => {
      const lists = async (member: MemberContext) =>
        (await adapter.list(member)).some(({ name }) => name === hidden.name)
      assert.equal(await lists(context), true)
      assert.equal(await lists(hidden.from), false)
      await assert.rejects(async () => adapter.call(hidden.from, callOf(hidden.name)))
    },
  ),
})

function assertDefinition({ name, description, inputSchema, outputSchema }: ToolDefinition): void {
  assert.match(name, /^[A-Za-z0-9_.-]{1,128}$/)
  assert.ok(description.length > 0, `${name} has a description`)
  assert.equal(inputSchema['type'], 'object', `${name} takes an object`)
  if (outputSchema !== undefined) assert.equal(outputSchema['type'], 'object', `${name} gives an object`)
}

function callOf(name: string, args: JsonObject = {}): ToolCall {
  return {
    name,
    arguments: args,
    runId: uniqueId('run'),
    approvalId: null,
    idempotencyKey: null,
    answers: null,
    state: null,
    canAsk: () => false,
    signal: new AbortController().signal,
    progress: () => {},
  }
}
