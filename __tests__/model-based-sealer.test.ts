import { CLOCK_DRIFT_SECONDS, createSealer } from '../lib/foundation/crypto/sealed-token.js'
import { createVault } from './model-based/sealer.js'

const HOUR_MS = 60 * 60_000
const SHIFTS_MS = [-HOUR_MS, 0, HOUR_MS]
const TTL_SECONDS = 15 * 60
/** By the true time, in seconds after sealing. */
const AGES = [
  0,
  1,
  TTL_SECONDS - 1,
  TTL_SECONDS + 1,
  3600,
  7200,
  7200 + TTL_SECONDS - 1,
  7200 + TTL_SECONDS + 1,
]
const LATER = [10_000, 14_400, 14_400 + TTL_SECONDS + 1]
const SECRETS = ['0123456789abcdef0123456789abcdef']

it('opens and refuses sealed states as the sealer of the library does, for any clocks of the nodes', async () => {
  let now = Date.UTC(2026, 0, 1)
  const start = now
  const broken: string[] = []
  const vault = createVault(() => now, broken)
  const nodes = SHIFTS_MS.map((shift) => {
    const own = () => now + shift
    return { real: createSealer(SECRETS, own, CLOCK_DRIFT_SECONDS), kept: vault.sealer(own) }
  })
  const opened: boolean[] = []
  for (const by of nodes)
    for (const at of nodes)
      for (const age of [...AGES, ...LATER]) {
        now = start
        const [real, kept] = await Promise.all(
          [by.real, by.kept].map((sealer) => sealer.seal('round', { a: 'b' }, TTL_SECONDS)),
        )
        now = start + age * 1000
        const isOpen = (await at.real.open('round', String(real))) !== null
        expect((await at.kept.open('round', String(kept))) !== null).toBe(isOpen)
        opened.push(isOpen)
      }
  expect(new Set(opened)).toEqual(new Set([true, false]))
  expect(broken).toEqual([])
})
