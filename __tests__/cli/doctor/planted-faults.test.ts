import { jsonReport } from '../../../lib/cli/doctor/json-report.js'
import { examinePlanted, findings, idsWith } from '../../support/examined.js'
import { BEFORE_THE_APP, IN_THE_PROTOCOL, ON_THE_WAY } from '../../support/planted-faults.js'

/** A proxy in front of a good host has one fault, and one check names it. */

it.each([...BEFORE_THE_APP, ...ON_THE_WAY, ...IN_THE_PROTOCOL])('names %s', async (_, planted, id) => {
  const { results } = await examinePlanted(planted)
  expect([idsWith('fail', results), findings(results)]).toEqual([[id], [expect.stringContaining(id)]])
  const report = { url: 'https://acme.test/', startedAt: new Date(0), results, interrupted: false }
  expect(JSON.parse(jsonReport(report))).toMatchObject({ schemaVersion: 1, summary: { fail: 1, warn: 0 } })
  const found = results.find((one) => one.id === id)
  expect([found?.seen, found?.expected, found?.cure]).toEqual([
    expect.stringMatching(/\w{3}/),
    expect.stringMatching(/\w{3}/),
    expect.stringMatching(/\w{3}.*[.?]$/),
  ])
})
