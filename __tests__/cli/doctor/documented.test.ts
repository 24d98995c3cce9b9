import { readFileSync } from 'node:fs'
import { GROUPS } from '../../../lib/cli/doctor/examination/checks.js'
import { CHECKS } from '../../../lib/cli/doctor/examination/choose.js'
import { runCli } from '../../support/terminal.js'

/** The guide, the list of checks and the help name the same things. */

const guide = readFileSync('docs/guide/doctor.md', 'utf8')

it('has a row in the guide for each check, in the same order', () => {
  const rows = [...guide.matchAll(/^\| `([a-z]+\.[a-z0-9-]+)` \| ([^|]+) \| ([^|]+) \|$/gm)]
  expect(rows.map(([, id]) => id)).toEqual(CHECKS.map(({ id }) => id))
  for (const { title } of GROUPS) expect(guide).toMatch(new RegExp(`^${title}$`, 'm'))
})

it('has each check once, after those that it needs', () => {
  const ids = CHECKS.map(({ id }) => id)
  expect(new Set(ids).size).toBe(ids.length)
  for (const [i, { id, needs }] of CHECKS.entries()) {
    expect(id).toMatch(/^[a-z]+\.[a-z0-9-]+$/)
    // Those of one group run at the same time, and wait for each other: a circle would never end.
    for (const need of needs) expect([id, need, ids.slice(0, i).includes(need)]).toEqual([id, need, true])
  }
})

it('has a row in the guide for each option of the help', async () => {
  const { out } = await runCli(['doctor', '--help'])
  const options = [...out.matchAll(/^ {2}(--[a-z-]+|-v, --verbose)/gm)].map(
    ([, option = '']) => option.split(' ').at(-1) ?? '',
  )
  expect(options.length).toBeGreaterThan(15)
  expect(options.filter((option) => !guide.includes(option))).toEqual([])
})
