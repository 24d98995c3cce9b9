/** Contracts of the adapters that a member works with: tools and memory. */

import assert from 'node:assert/strict'
import type { MemoryAdapter, MemoryList } from '../adapters/memory.js'
import type { MemberContext } from '../adapters/principal.js'
import type { ToolCall, ToolsAdapter } from '../adapters/tools.js'
import { contextOf } from './contract-context.js'
import { type ContractRunner, caseOf, uniqueId } from './contract-runner.js'

export interface ToolsHarness {
  readonly adapter: ToolsAdapter
  /** A member who may use at least one tool. */
  readonly context: MemberContext
  close?(): Promise<void>
}

export function toolsContract({ describe, it }: ContractRunner, create: () => Promise<ToolsHarness>): void {
  describe('tools contract', () => {
    it(
      'lists the same tools in the same order, with names, descriptions and object schemas',
      caseOf(create, async ({ adapter, context }) => {
        const tools = await adapter.list(context)
        assert.ok(tools.length > 0)
        assert.deepEqual(await adapter.list(context), tools)
        assert.equal(new Set(tools.map(({ name }) => name)).size, tools.length)
        for (const { name, description, inputSchema, outputSchema } of tools) {
          assert.match(name, /^[A-Za-z0-9_.-]{1,128}$/)
          assert.ok(description.length > 0, `${name} has a description`)
          assert.equal(inputSchema['type'], 'object', `${name} takes an object`)
          if (outputSchema !== undefined)
            assert.equal(outputSchema['type'], 'object', `${name} gives an object`)
        }
      }),
    )
    it(
      'rejects a call of a tool that it does not list',
      caseOf(create, async ({ adapter, context }) => {
        await assert.rejects(async () => adapter.call(context, callOf(uniqueId('tool'))))
      }),
    )
  })
}

function callOf(name: string): ToolCall {
  return {
    name,
    arguments: {},
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

export interface MemoryHarness {
  readonly adapter: MemoryAdapter
  put(workspaceId: string, key: string, text: string): Promise<void>
  close?(): Promise<void>
}

export function memoryContract({ describe, it }: ContractRunner, create: () => Promise<MemoryHarness>): void {
  describe('memory contract', () => {
    it(
      'lists every entry once over all pages, in a fixed order',
      caseOf(create, async ({ adapter, put }) => {
        const context = contextOf(uniqueId('ws'))
        const keys = Array.from({ length: 7 }, (_, i) => `notes/${i}`)
        for (const key of keys) await put(context.workspaceId, key, key)
        const listed = await allKeys(adapter, context)
        assert.deepEqual([...listed].sort(), keys)
        assert.deepEqual(await allKeys(adapter, context), listed)
      }),
    )
    it(
      'reads exactly the entry asked for, of this workspace',
      caseOf(create, async ({ adapter, put }) => {
        const context = contextOf(uniqueId('ws'))
        await put(context.workspaceId, 'tone', 'formal')
        const entry = await adapter.read(context, { key: 'tone' })
        assert.equal(entry?.text, 'formal')
        assert.equal(entry?.key, 'tone')
        for (const key of ['TONE', 'ton', 'tone ', '%', 'other'])
          assert.equal(await adapter.read(context, { key }), null)
        assert.equal(await adapter.read(contextOf(uniqueId('ws')), { key: 'tone' }), null)
      }),
    )
    it(
      'replaces, appends and deletes, with a new revision each time',
      caseOf(create, async ({ adapter }) => {
        if (adapter.update === undefined) return
        const context = contextOf(uniqueId('ws'))
        const change = { key: 'tone', expectedRevision: null, runId: 'run' }
        const first = await adapter.update(context, { ...change, operation: 'append', value: 'a' })
        const second = await adapter.update(context, { ...change, operation: 'append', value: 'b' })
        assert.ok(first.status === 'updated' && second.status === 'updated')
        assert.notEqual(first.revision, second.revision)
        const entry = await adapter.read(context, { key: 'tone' })
        assert.equal(entry?.text, 'ab')
        assert.equal(entry?.revision, second.revision)
        await adapter.update(context, { ...change, operation: 'replace', value: 'c' })
        assert.equal((await adapter.read(context, { key: 'tone' }))?.text, 'c')
        assert.deepEqual(await adapter.update(context, { ...change, operation: 'delete', value: null }), {
          status: 'deleted',
        })
        assert.equal(await adapter.read(context, { key: 'tone' }), null)
        assert.deepEqual(await adapter.update(context, { ...change, operation: 'delete', value: null }), {
          status: 'not_found',
        })
      }),
    )
    it(
      'lets one of many updates that expect the same revision through',
      caseOf(create, async ({ adapter, put }) => {
        const { update } = adapter
        if (update === undefined) return
        const context = contextOf(uniqueId('ws'))
        await put(context.workspaceId, 'tone', 'formal')
        const before = await adapter.read(context, { key: 'tone' })
        const revision = before?.revision ?? ''
        const all = await Promise.all(
          Array.from({ length: 50 }, (_, i) =>
            update(context, {
              key: 'tone',
              operation: 'replace',
              value: String(i),
              expectedRevision: revision,
              runId: 'run',
            }),
          ),
        )
        assert.equal(all.filter(({ status }) => status === 'updated').length, 1)
        const now = await adapter.read(context, { key: 'tone' })
        for (const result of all)
          if (result.status === 'conflict') assert.equal(result.revision, now?.revision)
        const gone = await update(context, {
          key: 'none',
          operation: 'replace',
          value: 'x',
          expectedRevision: '1',
          runId: 'run',
        })
        assert.deepEqual(gone, { status: 'conflict', revision: null })
      }),
    )
  })
}

async function allKeys(adapter: MemoryAdapter, context: MemberContext): Promise<readonly string[]> {
  const keys: string[] = []
  let cursor: string | null = null
  do {
    const page: MemoryList = await adapter.list(context, { cursor, limit: 3 })
    assert.ok(page.entries.length <= 3)
    keys.push(...page.entries.map(({ key }) => key))
    cursor = page.nextCursor
  } while (cursor !== null && keys.length < 50)
  return keys
}
