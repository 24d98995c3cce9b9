import { newId } from '../lib/foundation/crypto/api-key.js'

it.each(['run', 'apr', 'evt', 'req', 'ask'] as const)(
  'gives each %s a unique id, all of it random except its prefix',
  (kind) => {
    const ids = Array.from({ length: 3000 }, () => newId(kind))
    expect(ids.filter((id) => !new RegExp(`^${kind}_[A-Za-z0-9_-]{22}$`).test(id))).toEqual([])
    expect(new Set(ids.map((id) => id.slice(kind.length + 1))).size).toBe(3000)
    // Each letter of the random part takes all of its 64 values.
    for (let place = kind.length + 1; place < kind.length + 23; place += 1)
      expect(new Set(ids.map((id) => id[place])).size).toBe(64)
  },
)
