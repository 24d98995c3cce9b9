import { isMemoryKey } from '../lib/control-plane/content/memory-key.js'
import { post, rpc, toolCall } from './support/http.js'
import { scenes } from './support/scene.js'

/** An invalid key reaches no adapter, and an entry with an invalid key reaches no client. */

const start = scenes()
const NO_KEYS = [
  '',
  '.',
  '..',
  '../x',
  'a/../b',
  'a/./b',
  'a//b',
  '/a',
  'a/',
  'a\0b',
  'a\nb',
  'a\x7fb',
  'a\\b',
  '\ud83d',
  'k'.repeat(513),
]
const KEYS = ['a', 'a b', 'a/b', '...', 'a..b', '.hidden', 'Müller', '名前/👍', 'k'.repeat(512)]

it.each(NO_KEYS)('%j is no valid key', (key) => {
  expect(isMemoryKey(key)).toBe(false)
})

it.each(KEYS)('%j is a valid key', (key) => {
  expect(isMemoryKey(key)).toBe(true)
})

it.each([undefined, null, 1, {}, ['a']])('%j is no valid key either', (key) => {
  expect(isMemoryKey(key)).toBe(false)
})

it('asks the adapter for no entry with an invalid key, by tool or by address', async () => {
  const read: string[] = []
  const { running } = await start({
    adapt: ({ memory }) => ({
      memory: {
        ...memory,
        async read(context, query) {
          read.push(query.key)
          return memory.read(context, query)
        },
      },
    }),
  })
  for (const key of NO_KEYS) {
    await post(running, { body: toolCall('agent.read_memory', { key }) })
    const uri = `allv://workspaces/ws_acme/memory/${key.isWellFormed() ? encodeURIComponent(key) : '%ED%A0%BD'}`
    await post(running, { body: rpc('resources/read', { uri }) })
  }
  expect(read).toEqual([])
})

it('lists no entry with an invalid key, and shows no entry of another key', async () => {
  const entry = (key: string) => ({ key, revision: '1', updatedAt: new Date(), text: `text of ${key}` })
  const { running } = await start({
    adapt: ({ memory }) => ({
      memory: {
        ...memory,
        list: async () => ({ entries: ['tone', ...NO_KEYS].map(entry), nextCursor: null }),
        read: async () => entry('another'),
      },
    }),
  })
  const listed = await post(running, { body: toolCall('agent.read_memory') })
  expect(listed.json.result.structuredContent.entries.map(({ key }: { key: string }) => key)).toEqual([
    'tone',
  ])
  const shown = await post(running, { body: toolCall('agent.read_memory', { key: 'tone' }) })
  expect([shown.json.result.isError, shown.text.includes('text of')]).toEqual([true, false])
})
