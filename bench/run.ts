/** Runs `npm run bench`. An argument such as `growth` selects another mode; `--rounds` and `--only` make a run shorter. */

import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, realpathSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { before } from './modes/before.js'
import { durable } from './modes/durable.js'
import { growth } from './modes/growth.js'
import { importing } from './modes/import.js'
import { latency } from './modes/latency.js'
import { soak } from './modes/soak.js'
import { start } from './modes/start.js'
import { throughput } from './modes/throughput.js'
import { tokens } from './modes/tokens.js'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '5' },
    ms: { type: 'string', default: '400' },
    only: { type: 'string' },
    calls: { type: 'string', default: '1000000' },
    checkout: { type: 'string' },
    node: { type: 'string' },
  },
})
// The load and all servers run on the Node that runs this file.
if (values.node !== undefined && realpathSync(values.node) !== realpathSync(process.execPath)) {
  const [, file = '', ...args] = process.argv
  const { status } = spawnSync(values.node, [file, ...args], { stdio: 'inherit' })
  process.exit(status ?? 1)
}
const rounds = Number(values.rounds)
const ms = Number(values.ms)
const only = values.only ?? null

const MODES: Readonly<Record<string, () => Promise<void>>> = {
  throughput: () => throughput({ rounds, ms, warmMs: 100, only }),
  latency: () => latency(rounds),
  growth: () => growth(rounds, ms, only),
  soak: () => soak(Number(values.calls)),
  start: () => start(rounds),
  import: async () => importing(rounds),
  tokens: () => tokens(rounds, ms),
  durable: () => durable(rounds, ms),
  before: () => before({ checkout: values.checkout ?? '', rounds, ms, only }),
}

const mode = MODES[positionals[0] ?? 'throughput']
if (mode === undefined) throw new TypeError(`the bench has these modes: ${Object.keys(MODES).join(', ')}`)
// The peers are installed on first use, so that other users of the repository do not need them.
if (!existsSync('bench/peers/node_modules'))
  execFileSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: 'bench/peers', stdio: 'inherit' })
await mode()
