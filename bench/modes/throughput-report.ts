/** Makes the tables of the throughput run: ratios to bare Express, and the goals. */

import type { Measured } from '../measure.js'
import { show, spread, table } from '../report.js'
import { median } from '../statistics.js'
import { EXPRESS, OURS, OURS_BARE, VARIANTS, type Variant } from '../variants.js'
import type { Work } from '../workload.js'
import { CELLS, type Cell, keyOf, type Rounds } from './cells.js'

type Figure = (measured: Measured) => number

const RATE: Figure = ({ rate }) => rate
const CPU: Figure = ({ cpu }) => cpu

export function describe(found: Rounds, rounds: number): readonly string[] {
  return [
    `${rounds} rounds, each variant in turn within each cell. Numbers are medians over the rounds of the ratio to bare Express in the same round, at 1 / 16 / 64 connections.`,
    '',
    ...ratioTable(found, RATE),
    '',
    'The same by processor time of the server for each answer (Express divided by the variant, so that more is better), which neighbours on the machine disturb less:',
    '',
    ...ratioTable(found, (measured) => 1 / CPU(measured)),
    '',
    'Ours, with the lowest and the highest round, answers a second, processor time for each answer in microseconds, and latency in milliseconds:',
    '',
    ...ownTable(found),
    '',
    'What was to be shown (medians of this run, worst cell of both eras and the three concurrencies):',
    '',
    ...targets(found),
  ]
}

function ratioTable(found: Rounds, figure: Figure): readonly string[] {
  const columns = unique(CELLS.filter((cell) => has(found, cell)).map(columnOf))
  const rows = VARIANTS.map((variant) => [
    variant.label,
    ...columns.map((column) =>
      CELLS.filter((cell) => columnOf(cell) === column)
        .map((cell) => show(ratios(found, figure, variant.name, EXPRESS.name, cell)))
        .join(' / '),
    ),
  ])
  return table(['', ...columns], rows)
}

function ownTable(found: Rounds): readonly string[] {
  const rows = CELLS.flatMap((cell) => {
    const own = found.get(keyOf(OURS.name, cell))
    if (own === undefined) return []
    return [
      [
        columnOf(cell),
        String(cell.connections),
        spread(ratios(found, RATE, OURS.name, EXPRESS.name, cell)),
        show(own.map(RATE), 0),
        show(own.map(CPU), 0),
        show(own.map(({ median: value }) => value)),
        show(own.map(({ p99 }) => p99)),
      ],
    ]
  })
  return table(['workload', 'connections', 'ratio', 'a second', 'µs', 'median', 'p99'], rows)
}

function targets(found: Rounds): readonly string[] {
  const peers = VARIANTS.filter(({ role }) => role === 'peer')
  const worst = (own: Variant, work: Work, than: string) =>
    Math.min(
      ...CELLS.filter((cell) => cell.work === work && cell.tools === 30)
        .map((cell) => median(ratios(found, RATE, own.name, than, cell)))
        .filter((value) => !Number.isNaN(value)),
    ).toFixed(2)
  const row = (target: string, wanted: string, work: Work, than: string) => [
    target,
    wanted,
    worst(OURS, work, than),
    worst(OURS_BARE, work, than),
  ]
  return table(
    ['target', 'wanted', 'found under Express', 'as a `node:http` handler'],
    [
      row('`tools/call` to bare Express', '>= 0.75', 'call', EXPRESS.name),
      row('`tools/list`, 30 tools, to bare Express', '>= 0.85', 'list', EXPRESS.name),
      ...peers.map(({ name, label }) => row(`\`tools/call\` to ${label}`, '>= 4', 'call', name)),
      ...peers.map(({ name, label }) => row(`\`tools/list\` to ${label}`, '>= 10', 'list', name)),
      ['`tools/call`, 300 tools to 30', '>= 0.95', largeToSmall(found).toFixed(2), ''],
    ],
  )
}

/** Medians over all numbers of connections and both eras. One cell alone is too noisy to show five percent. */
function largeToSmall(found: Rounds): number {
  return median(
    CELLS.filter(({ work, tools }) => work === 'call' && tools === 300).flatMap((cell) => {
      const large = found.get(keyOf(OURS.name, cell)) ?? []
      const small = found.get(keyOf(OURS.name, { ...cell, tools: 30 })) ?? []
      return large.map(({ cpu }, round) => (small[round]?.cpu ?? Number.NaN) / cpu)
    }),
  )
}

function ratios(found: Rounds, figure: Figure, name: string, to: string, cell: Cell): readonly number[] {
  const own = found.get(keyOf(name, cell)) ?? []
  const other = found.get(keyOf(to, cell)) ?? []
  return own.flatMap((measured, round) => {
    const base = other[round]
    return base === undefined ? [] : [figure(measured) / figure(base)]
  })
}

function has(found: Rounds, cell: Cell): boolean {
  return found.has(keyOf(OURS.name, cell))
}

function columnOf({ work, tools, era }: Cell): string {
  return `${work}-${tools} ${era}`
}

function unique(values: readonly string[]): readonly string[] {
  return [...new Set(values)]
}
