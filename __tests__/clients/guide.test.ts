import { readFileSync, writeFileSync } from 'node:fs'
import { CLIENTS, clientConfig } from 'allv-mcp/clients'
import { SALES } from './cases.js'
import { withGeneratedParts } from './connect-guide.js'

/** UPDATE_GOLDEN=1 writes the generated parts after an intended change. */

const GUIDE = 'docs/guide/connect.md'

it('shows the configurations of all clients as they are', () => {
  if (process.env['UPDATE_GOLDEN'] === '1')
    writeFileSync(GUIDE, withGeneratedParts(readFileSync(GUIDE, 'utf8')))
  const guide = readFileSync(GUIDE, 'utf8')
  expect(guide).toBe(withGeneratedParts(guide))
  for (const { title } of CLIENTS) expect(guide).toContain(`\n### ${title}\n`)
})

it('shows commands that PowerShell takes as well', () => {
  for (const { id } of CLIENTS) {
    const [posix, windows] = (['linux', 'windows'] as const).map((os) =>
      clientConfig(id, { ...SALES, member: { email: 'maria@acme.test' }, os }).commands.map(
        ({ text }) => text,
      ),
    )
    expect(windows).toEqual(posix)
  }
})
