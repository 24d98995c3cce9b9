import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type ClientConfig, clientConfig } from 'allv-mcp/clients'
import { configText } from '../../lib/cli/config/config-text.js'
import { IDS, SYSTEMS, WAYS } from './cases.js'

/** UPDATE_GOLDEN=1 writes the files after an intended change. */

const FOLDER = join('__tests__', 'clients', 'golden')

/** Systems with the same text share a part. */
function goldenText(id: (typeof IDS)[number]): string {
  const parts = [...WAYS].flatMap(([way, connection]) => {
    const bySystem = SYSTEMS.map((os) => ({ os, text: shown(clientConfig(id, { ...connection, os })) }))
    const texts = [...new Set(bySystem.map(({ text }) => text))]
    return texts.map((text) => {
      const systems = bySystem.filter((entry) => entry.text === text).map(({ os }) => os)
      return `==== ${way}, ${systems.join(' and ')} ====\n\n${text}`
    })
  })
  return parts.join('\n')
}

function shown(config: ClientConfig): string {
  const warnings = config.warnings.map((warning) => `Warning: ${warning}\n`).join('')
  return `Works: ${config.works}\n${warnings}\n${configText(config)}`
}

it.each(IDS)('writes the configuration of %s for every way to authenticate and every system', (id) => {
  const path = join(FOLDER, `${id}.txt`)
  const text = goldenText(id)
  if (process.env['UPDATE_GOLDEN'] === '1') {
    mkdirSync(FOLDER, { recursive: true })
    writeFileSync(path, text)
  }
  expect(text).toBe(readFileSync(path, 'utf8'))
})

it('has a golden file for every client, and no other', () => {
  expect(readdirSync(FOLDER).sort()).toEqual(IDS.map((id) => `${id}.txt`).sort())
  expect(IDS.length).toBeGreaterThanOrEqual(20)
})
