import { brokenApps } from './broken-apps.js'
import { guaranteesOf, hostOf } from './host.js'

/** Each broken app is found, by the case that is about its fault, and in words. */

it.each(brokenApps.map((one) => [one.app, one] as const))('finds an app that %s', async (_, one) => {
  const results = await guaranteesOf({ host: hostOf(one.bend) }, (title) => title.startsWith(one.title))
  const [failed] = results.filter(({ status }) => status === 'failed')
  expect(results.map(({ status, message }) => [status, message])).toContainEqual([
    'failed',
    expect.stringContaining(one.what),
  ])
  expect(failed?.cure).toMatch(/\w{3,} \w+/)
})

it('has a broken app for every guarantee that an app in memory can break', async () => {
  const results = await guaranteesOf({ host: hostOf() })
  const covered = (title: string) => brokenApps.some((one) => title.startsWith(one.title))
  const titles = results.filter(({ status }) => status === 'passed').map(({ title }) => title)
  expect(results.filter(({ status }) => status === 'failed')).toEqual([])
  expect(titles.length).toBeGreaterThan(15)
  expect(titles.filter((title) => !covered(title))).toEqual([])
})
