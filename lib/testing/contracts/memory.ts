/** The contract suite of the memory adapter: each entry once, of this workspace, and no lost updates. */

import assert from 'node:assert/strict'
import type { MemoryAdapter } from '../../adapters/memory.js'
import type { MemberContext } from '../../adapters/principal.js'
import { contextOf } from '../harness/context.js'
import { allPages, type Cases, defineContract, type Harness, times, uniqueId } from '../harness/runner.js'
import { memoryUpdateCases } from './memory-update-cases.js'

/** What `memoryContract` needs: a memory adapter, and a way to put an entry into it. */
export interface MemoryHarness extends Harness {
  /** The adapter under test. */
  readonly adapter: MemoryAdapter
  /** Adds or replaces an entry, as the host would; every member of the workspace may read it. */
  put(workspaceId: string, key: string, text: string): Promise<void>
}

const readingCases: Cases<MemoryHarness> = {
  'lists every entry once over all pages, in a fixed order': async ({ adapter, put }) => {
    const context = contextOf(uniqueId('ws'))
    const keys = times(7, (i) => `notes/${i}`)
    for (const key of keys) await put(context.workspaceId, key, key)
    for (const limit of [1, 3, 7, 100]) {
      const listed = await listKeys(adapter, context, limit)
      assert.deepEqual([...listed].sort(), keys, `in pages of ${limit}`)
      assert.deepEqual(listed, await listKeys(adapter, context, 100), `in pages of ${limit}`)
    }
  },
  'lists existing entries once, while entries are added between two pages': async ({ adapter, put }) => {
    const context = contextOf(uniqueId('ws'))
    const keys = times(6, (i) => `m${i}`)
    for (const key of keys) await put(context.workspaceId, key, key)
    const listed = await listKeys(adapter, context, 2, async (page) => {
      await put(context.workspaceId, `a${page}`, 'before them all')
      await put(context.workspaceId, `z${page}`, 'after them all')
    })
    assert.deepEqual(listed.filter((key) => key.startsWith('m')).sort(), keys)
    assert.equal(new Set(listed).size, listed.length)
  },
  'lists the current entries': async ({ adapter, put }) => {
    const context = contextOf(uniqueId('ws'))
    for (const keys of [[], ['b'], ['a', 'b'], ['a', 'b', 'c']]) {
      for (const key of keys) await put(context.workspaceId, key, key)
      assert.deepEqual([...(await listKeys(adapter, context, 2))].sort(), keys)
    }
  },
  'lists the same members of an entry as reading it gives, except the text': async ({ adapter, put }) => {
    const context = contextOf(uniqueId('ws'))
    await put(context.workspaceId, 'tone', 'formal')
    const { entries } = await adapter.list(context, { cursor: null, limit: 10 })
    const entry = await adapter.read(context, { key: 'tone' })
    assert.ok(entry !== null)
    const { text, ...info } = entry
    assert.equal(text, 'formal')
    assert.deepEqual(entries, [info])
    assert.ok(entry.updatedAt instanceof Date)
  },
  'reads exactly the entry asked for, of this workspace': async ({ adapter, put }) => {
    const context = contextOf(uniqueId('ws'))
    await put(context.workspaceId, 'tone', 'formal')
    assert.equal((await adapter.read(context, { key: 'tone' }))?.text, 'formal')
    for (const key of ['TONE', 'ton', 'tone ', 'tone/', '%', '_one', 'other'])
      assert.equal(await adapter.read(context, { key }), null)
    const stranger = contextOf(uniqueId('ws'))
    assert.equal(await adapter.read(stranger, { key: 'tone' }), null)
    assert.deepEqual(await listKeys(adapter, stranger, 10), [])
  },
  'keeps keys and texts as they are': async ({ adapter, put }) => {
    const context = contextOf(uniqueId('ws'))
    for (const key of ['notes/a b', 'ä/ö%2F', "o'clock", '{x}', '日本/語'])
      await put(context.workspaceId, key, `\n${key}\t😀`)
    for (const key of await listKeys(adapter, context, 2))
      assert.equal((await adapter.read(context, { key }))?.text, `\n${key}\t😀`)
  },
  'changes nothing by listing and reading': async ({ adapter, put }) => {
    const context = contextOf(uniqueId('ws'))
    await put(context.workspaceId, 'tone', 'formal')
    const before = await adapter.read(context, { key: 'tone' })
    await adapter.read(context, { key: 'missing' })
    await listKeys(adapter, context, 1)
    assert.deepEqual(await adapter.read(context, { key: 'tone' }), before)
    assert.deepEqual(await listKeys(adapter, context, 10), ['tone'])
  },
}

/**
 * Runs the contract suite of the memory adapter. `create` gives a new harness for each case.
 *
 * @example
 * memoryContract({ describe, it }, async () => {
 *   const adapter = createInMemoryMemory()
 *   return { adapter, put: async (workspaceId, key, text) => void adapter.put(workspaceId, { key, text }) }
 * })
 */
export const memoryContract = defineContract<MemoryHarness, 'update'>('memory contract', {
  ...readingCases,
  ...memoryUpdateCases,
})

function listKeys(
  adapter: MemoryAdapter,
  context: MemberContext,
  limit: number,
  between: (page: number) => Promise<void> = async () => {},
): Promise<readonly string[]> {
  let page = 0
  return allPages(async (cursor) => {
    const { entries, nextCursor } = await adapter.list(context, { cursor, limit })
    assert.ok(entries.length <= limit)
    page += 1
    if (page <= 3) await between(page)
    return { items: entries.map(({ key }) => key), nextCursor }
  })
}
