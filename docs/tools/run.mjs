/**
 * `docs`: the reference, from the doc comments, to docs/api/; a missing doc comment is an error.
 * `api-check`: fails where the public types of dist/ differ from the reports in __tests__/package/api/.
 * `api-update`: writes these reports.
 */

import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, rmSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ENTRIES } from '../../build/entries.mjs'

const HERE = dirname(fileURLToPath(import.meta.url))
const ROOT = join(HERE, '../..')
const REPORTS = join(ROOT, '__tests__/package/api')
const FRESH = join(ROOT, '.build/api')

if (!existsSync(join(HERE, 'node_modules')))
  execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: HERE, stdio: 'inherit' })

const [command] = process.argv.slice(2)
if (command === 'docs') writeDocs()
else if (command === 'api-check' || command === 'api-update') await report(command === 'api-update')
else throw new TypeError('run.mjs takes docs, api-check or api-update')

function writeDocs() {
  const typedoc = join(HERE, 'node_modules/typedoc/bin/typedoc')
  const options = ['--options', join(HERE, 'typedoc.json')]
  const sources = ENTRIES.map((entry) => join(ROOT, 'lib', `${entry}.ts`))
  process.exitCode = spawnSync(process.execPath, [typedoc, ...options, ...sources], {
    stdio: 'inherit',
  }).status
}

async function report(update) {
  const { Extractor, ExtractorConfig } = await import('@microsoft/api-extractor')
  rmSync(FRESH, { recursive: true, force: true })
  mkdirSync(join(FRESH, 'temp'), { recursive: true })
  for (const entry of ENTRIES) {
    const config = ExtractorConfig.prepare({
      configObject: configOf(entry),
      configObjectFullPath: undefined,
      packageJsonFullPath: join(ROOT, 'package.json'),
    })
    const { succeeded } = Extractor.invoke(config, {
      localBuild: true,
      messageCallback: (message) => {
        if (message.logLevel !== 'error') message.handled = true
      },
    })
    if (!succeeded) throw new Error(`API Extractor cannot read ${entry}`)
  }
  rmSync(join(FRESH, 'temp'), { recursive: true })
  if (update) {
    rmSync(REPORTS, { recursive: true, force: true })
    cpSync(FRESH, REPORTS, { recursive: true })
    return
  }
  const folders = [relative(ROOT, REPORTS), relative(ROOT, FRESH)]
  const diff = spawnSync('git', ['diff', '--no-index', '--exit-code', ...folders], {
    cwd: ROOT,
    stdio: 'inherit',
  })
  if (diff.status === 0) return
  console.error(
    'The public types have changed. If that is wanted: npm run api:update, and a line in CHANGELOG.md.',
  )
  process.exitCode = 1
}

function configOf(entry) {
  const silent = { logLevel: 'none', addToApiReportFile: false }
  return {
    projectFolder: ROOT,
    mainEntryPointFilePath: join(ROOT, 'dist', `${entry}.d.ts`),
    compiler: { tsconfigFilePath: join(ROOT, 'tsconfig.build.json') },
    apiReport: {
      enabled: true,
      reportFolder: FRESH,
      reportTempFolder: join(FRESH, 'temp'),
      reportFileName: `${entry.replace(/(.)\/index$/, '$1')}.api.md`,
      // A type that is reachable but has no public name is public all the same.
      includeForgottenExports: true,
    },
    docModel: { enabled: false },
    dtsRollup: { enabled: false },
    tsdocMetadata: { enabled: false },
    newlineKind: 'lf',
    messages: {
      compilerMessageReporting: { default: { logLevel: 'error' } },
      // TypeDoc reads the doc comments.
      extractorMessageReporting: { default: silent },
      tsdocMessageReporting: { default: silent },
    },
  }
}
