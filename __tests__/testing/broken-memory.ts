/** Memory adapters that break one promise each. */

import type { MemoryAdapter } from 'allv-mcp'
import { type createInMemoryMemory, type MemoryHarness, memoryContract } from 'allv-mcp/testing'
import { type Broken, pause } from './collect.js'
import { memoryHarness } from './harnesses.js'

type Sound = ReturnType<typeof createInMemoryMemory>

function bent(
  adapter: string,
  notices: string,
  bend: (sound: Sound) => Partial<MemoryAdapter>,
  bendPut: (put: MemoryHarness['put']) => MemoryHarness['put'] = (put) => put,
): Broken {
  return {
    adapter,
    notices,
    suite: (runner) =>
      memoryContract(runner, async () => {
        const sound = memoryHarness()
        return { adapter: { ...sound.adapter, ...bend(sound.adapter) }, put: bendPut(sound.put) }
      }),
  }
}

const ALL = { cursor: null, limit: 1e6 }

export const brokenReading: readonly Broken[] = [
  bent('a list in another order each time', 'lists every entry once', ({ list }) => {
    let turns = 0
    return {
      async list(context, page) {
        const { entries, nextCursor } = await list(context, page)
        turns += 1
        return { entries: turns % 2 === 0 ? [...entries].reverse() : entries, nextCursor }
      },
    }
  }),
  bent('a cursor of position', 'lists existing entries once, while entries', ({ list }) => ({
    async list(context, { cursor, limit }) {
      const { entries } = await list(context, ALL)
      const [from, to] = [Number(cursor), Number(cursor) + limit]
      return { entries: entries.slice(from, to), nextCursor: to < entries.length ? String(to) : null }
    },
  })),
  bent('a list in a cache', 'lists the current entries', ({ list }) => {
    const cache = new Map<string, ReturnType<typeof list>>()
    return {
      list(context, page) {
        const key = JSON.stringify([context.workspaceId, page])
        const found = cache.get(key) ?? list(context, page)
        cache.set(key, found)
        return found
      },
    }
  }),
  bent('a list of other revisions', 'lists the same members of an', ({ list }) => ({
    async list(context, page) {
      const { entries, nextCursor } = await list(context, page)
      return { entries: entries.map((entry) => ({ ...entry, revision: '0' })), nextCursor }
    },
  })),
  bent('read in any case', 'reads exactly the entry', ({ read }) => ({
    read: (context, { key }) => read(context, { key: key.toLowerCase() }),
  })),
  bent('read in any workspace', 'reads exactly the entry', ({ read }) => {
    let first: Parameters<typeof read>[0] | null = null
    return {
      read(context, query) {
        first ??= context
        return read(first, query)
      },
    }
  }),
  bent(
    'texts without their ends',
    'keeps keys and texts',
    () => ({}),
    (put) => (workspaceId, key, text) => put(workspaceId, key, text.trim()),
  ),
  bent('read that counts', 'changes nothing by listing', ({ read, put }) => ({
    async read(context, query) {
      const entry = await read(context, query)
      return entry === null ? null : put(context.workspaceId, entry)
    },
  })),
]

export const brokenUpdates: readonly Broken[] = [
  bent('append that replaces', 'replaces, appends and deletes', ({ update }) => ({
    update: (context, change) =>
      update(context, change.operation === 'append' ? { ...change, operation: 'replace' } : change),
  })),
  bent('a list of deleted entries', 'lists an entry from its first change', ({ list, update }) => {
    const deleted: string[] = []
    return {
      async list(context, page) {
        const { entries, nextCursor } = await list(context, page)
        const ghosts = deleted.map((key) => ({ key, revision: '0', updatedAt: new Date() }))
        return { entries: [...entries, ...ghosts], nextCursor }
      },
      update(context, change) {
        if (change.operation === 'delete') deleted.push(change.key)
        return update(context, change)
      },
    }
  }),
  bent('append that needs an entry', 'creates the entry that is appended to', ({ update, read }) => ({
    async update(context, change) {
      const missing = change.operation === 'append' && (await read(context, change)) === null
      return missing ? { status: 'not_found' } : update(context, change)
    },
  })),
  bent('revisions by length', 'gives an entry a new revision', ({ update, read }) => {
    const revised = async (context: Parameters<typeof read>[0], key: string) => {
      const entry = await read(context, { key })
      return entry === null ? null : { ...entry, revision: String(entry.text.length) }
    }
    return {
      read: (context, { key }) => revised(context, key),
      async update(context, change) {
        const result = await update(context, change)
        const revision = (await revised(context, change.key))?.revision ?? ''
        return result.status === 'updated' ? { ...result, revision } : result
      },
    }
  }),
  bent('updates that ignore the expected revision', 'refuses a change that expects', ({ update }) => ({
    update: (context, change) => update(context, { ...change, expectedRevision: null }),
  })),
  bent('updates that look before they write', 'lets one of many updates', ({ update, read }) => ({
    async update(context, { expectedRevision, ...change }) {
      const revision = (await read(context, change))?.revision ?? null
      if (expectedRevision !== null && expectedRevision !== revision) return { status: 'conflict', revision }
      await pause()
      return update(context, { ...change, expectedRevision: null })
    },
  })),
  bent('append that reads before it writes', 'loses none of many appends', ({ update, read }) => ({
    async update(context, change) {
      if (change.operation !== 'append') return update(context, change)
      const before = (await read(context, change))?.text ?? ''
      await pause()
      return update(context, { ...change, operation: 'replace', value: before + (change.value ?? '') })
    },
  })),
  bent('a full entry that takes more and says so', 'keeps at most 1,000,000', ({ update }) => ({
    async update(context, change) {
      const result = await update(context, change)
      return result.status === 'too_large' ? { status: 'updated', revision: 'none' } : result
    },
  })),
  bent('one memory for all workspaces', 'changes the entry of this workspace only', ({ update, read }) => ({
    update: (context, change) => update({ ...context, workspaceId: 'all' }, change),
    read: (context, query) => read({ ...context, workspaceId: 'all' }, query),
  })),
]
