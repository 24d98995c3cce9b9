/** Cases of the memory contract about changes, for adapters with `update`. */

import assert from 'node:assert/strict'
import type { MemoryAdapter, MemoryChange, MemoryUpdate } from '../../adapters/memory.js'
import type { MemberContext } from '../../adapters/principal.js'
import { contextOf } from '../harness/context.js'
import { type Cases, type Harness, MANY, needing, times, uniqueId } from '../harness/runner.js'

interface UpdateHarness extends Harness {
  readonly adapter: MemoryAdapter
}

type Change = Partial<MemoryChange> & Pick<MemoryChange, 'operation'>

interface Notebook {
  readonly context: MemberContext
  /** Changes the entry `tone`, unless the change names another. */
  change(change: Change): Promise<MemoryUpdate>
  text(): Promise<string | null>
  /** The text of the entry `tone`. */
  revision(): Promise<string>
}

export const memoryUpdateCases: Cases<UpdateHarness, 'update'> = {
  'replaces, appends and deletes, and keeps unchanged or refuses texts that are not well-formed':
    withNotebook(async ({ change, text }) => {
      const first = await change({ operation: 'replace', value: 'a' })
      assert.equal(first.status === 'updated' && first.created, true)
      await change({ operation: 'append', value: 'b' })
      assert.equal(await text(), 'ab')
      const replaced = await change({ operation: 'replace', value: 'c' })
      assert.notEqual(replaced.status === 'updated' && replaced.created, true)
      assert.equal(await text(), 'c')
      assert.deepEqual(await change({ operation: 'delete' }), { status: 'deleted' })
      assert.equal(await text(), null)
      assert.deepEqual(await change({ operation: 'delete' }), { status: 'not_found' })
      for (const value of ['a\0b', '\ud800', 'a\udc00']) {
        await change({ operation: 'replace', value: 'before' })
        const kept = await change({ operation: 'replace', value }).then(
          () => true,
          () => false,
        )
        assert.equal(await text(), kept ? value : 'before')
      }
    }),
  'lists an entry from its first change until it is deleted': needing('update', updateOf, async (harness) => {
    const notebook = openNotebook(harness)
    const listed = async () =>
      (await harness.adapter.list(notebook.context, { cursor: null, limit: 10 })).entries.map(
        ({ key }) => key,
      )
    for (const keys of [['tone'], ['tone', 'voice']]) {
      for (const key of keys) await notebook.change({ key, operation: 'append', value: 'a' })
      assert.deepEqual([...(await listed())].sort(), keys)
    }
    await notebook.change({ operation: 'delete' })
    assert.deepEqual(await listed(), ['voice'])
  }),
  'creates the entry that is appended to': withNotebook(async ({ change, text }) => {
    assert.equal((await change({ operation: 'append', value: 'a' })).status, 'updated')
    assert.equal(await text(), 'a')
  }),
  'gives an entry a new revision with every change': withNotebook(async ({ change, revision }) => {
    const seen = new Set<string>()
    for (const operation of ['replace', 'append', 'append', 'replace'] as const) {
      const result = await change({ operation, value: 'x' })
      assert.ok(result.status === 'updated')
      assert.equal(result.revision, await revision())
      seen.add(result.revision)
    }
    assert.equal(seen.size, 4)
  }),
  'refuses a change that expects another revision, and changes nothing': withNotebook(async (notebook) => {
    const { change, text, revision } = notebook
    await change({ operation: 'replace', value: 'a' })
    const stale = await revision()
    await change({ operation: 'replace', value: 'b' })
    const conflict = { status: 'conflict', revision: await revision() }
    for (const operation of ['replace', 'append', 'delete'] as const) {
      assert.deepEqual(await change({ operation, value: 'x', expectedRevision: stale }), conflict)
      const missing = { operation, value: 'x', key: 'missing', expectedRevision: stale }
      assert.deepEqual(await change(missing), { status: 'conflict', revision: null })
    }
    assert.equal(await text(), 'b')
    const expected = await change({ operation: 'replace', value: 'c', expectedRevision: await revision() })
    assert.equal(expected.status, 'updated')
    const gone = await change({ operation: 'delete', expectedRevision: await revision() })
    assert.deepEqual(gone, { status: 'deleted' })
  }),
  'lets one of many updates that expect the same revision through': withNotebook(async (notebook) => {
    const { change, text, revision } = notebook
    await change({ operation: 'replace', value: 'formal' })
    const expectedRevision = await revision()
    const results = await Promise.all(
      times(MANY, (i) => change({ operation: 'replace', value: String(i), expectedRevision })),
    )
    const winners = results.flatMap(({ status }, i) => (status === 'updated' ? [String(i)] : []))
    assert.deepEqual(winners, [await text()])
    const lost = { status: 'conflict', revision: await revision() }
    for (const result of results) if (result.status !== 'updated') assert.deepEqual(result, lost)
  }),
  'loses none of many appends at once': withNotebook(async ({ change, text }) => {
    await Promise.all(times(MANY, (i) => change({ operation: 'append', value: `${i};` })))
    const parts = (await text())?.split(';').slice(0, -1) ?? []
    assert.deepEqual(
      parts.map(Number).sort((a, b) => a - b),
      times(MANY, (i) => i),
    )
  }),
  'keeps at most 1,000,000 characters, and changes nothing for more': withNotebook(
    async ({ change, text, revision }) => {
      const most = `${'a'.repeat(999_998)}👍`
      await change({ operation: 'replace', value: most })
      const results = await Promise.all(times(4, () => change({ operation: 'append', value: '👍' })))
      const statuses = results.map(({ status }) => status).sort()
      assert.deepEqual(statuses, ['too_large', 'too_large', 'too_large', 'updated'])
      const expectedRevision = await revision()
      const more = [{ value: 'a' }, { value: 'a', expectedRevision }]
      for (const one of more)
        assert.deepEqual(await change({ operation: 'append', ...one }), { status: 'too_large' })
      assert.deepEqual(await change({ operation: 'replace', value: `${most}ab` }), { status: 'too_large' })
      assert.ok((await text()) === `${most}👍`)
    },
  ),
  'changes the entry of this workspace only': needing('update', updateOf, async (harness) => {
    const elsewhere = openNotebook(harness)
    const here = openNotebook(harness)
    for (const notebook of [elsewhere, here]) await notebook.change({ operation: 'replace', value: 'a' })
    await here.change({ operation: 'delete' })
    assert.equal(await elsewhere.text(), 'a')
  }),
}

function withNotebook(body: (notebook: Notebook) => Promise<void>) {
  return needing('update', updateOf, (harness) => body(openNotebook(harness)))
}

function updateOf({ adapter }: UpdateHarness): MemoryAdapter['update'] {
  return adapter.update
}

/** A new workspace, with helpers for one entry. */
function openNotebook({ adapter }: UpdateHarness): Notebook {
  const context = contextOf(uniqueId('ws'))
  const read = () => adapter.read(context, { key: 'tone' })
  return {
    context,
    async change(change) {
      const { operation } = change
      const value = operation === 'delete' ? null : (change.value ?? '')
      const whole = { key: 'tone', expectedRevision: null, runId: uniqueId('run'), ...change, value }
      const result = await adapter.update?.(context, whole)
      assert.ok(result !== undefined)
      return result
    },
    text: async () => (await read())?.text ?? null,
    revision: async () => (await read())?.revision ?? '',
  }
}
