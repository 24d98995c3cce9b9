import { AllvError } from 'allv-mcp'
import { ERRORS } from '../../lib/foundation/errors/catalogue.js'
import { toEraError } from '../../lib/mcp/jsonrpc/errors.js'
import { ERROR_SCENES, stable } from '../support/error-scenes.js'
import { codeIn, readPage, rowsOf, sectionsOf } from '../support/reference.js'
import { scenes } from '../support/scene.js'

/** docs/reference/errors.md says of each code what the code says, and shows what clients really get. */

const start = scenes()
const page = readPage('errors.md')
const sections = sectionsOf(page)
const codes = Object.keys(ERRORS) as (keyof typeof ERRORS)[]
const WIRE = { http: 'HTTP error', rpc: 'JSON-RPC error', tool: 'tool result' } as const
const GROUPS = { http: 'Before the method runs', rpc: 'Of a method', tool: 'Of a tool call' } as const

const entryOf = (code: string) => sections.find(({ title, level }) => title === code && level === 3)

it('lists each code once, with its status, its JSON-RPC codes and how it is sent', () => {
  const { text = '' } = sections.find(({ title }) => title === 'All codes') ?? {}
  const expected = codes.map((code) => {
    const error = new AllvError(code)
    const [before, later] = [toEraError(error, '2025').code, toEraError(error, '2026').code]
    const rpc = before === later ? `\`${before}\`` : `\`${before}\`, in 2026 \`${later}\``
    return [`[\`${code}\`](#${code.toLowerCase()})`, String(error.status), rpc, WIRE[ERRORS[code].wire]]
  })
  expect(rowsOf(text).map((row) => row.slice(0, 4))).toEqual(expected)
})

it('gives the cause, the cure and whether a retry helps, under the group that it is sent with', () => {
  let group = ''
  const found: [string, string][] = []
  for (const { title, level } of sections) {
    if (level === 2) group = title
    if (level === 3) found.push([title, group])
  }
  const sent = (wire: keyof typeof WIRE) =>
    codes.filter((code) => ERRORS[code].wire === wire).map((code) => [code, GROUPS[wire]])
  expect(found).toEqual([...sent('http'), ...sent('rpc'), ...sent('tool')])
  for (const code of codes) {
    const text = entryOf(code)?.text ?? ''
    for (const part of ['Cause', 'Cure for the caller', 'Retry'])
      expect([code, part, new RegExp(`\\*\\*${part}\\.\\*\\* \\S`).test(text)]).toEqual([code, part, true])
  }
})

it('says the same of a retry in the table and in the entry', () => {
  const { text = '' } = sections.find(({ title }) => title === 'All codes') ?? {}
  for (const [code = '', , , , retry = ''] of rowsOf(text)) {
    const entry = entryOf(codeIn(code))?.text.replaceAll(/\s+/g, ' ') ?? ''
    expect(entry.toLowerCase()).toContain(`**retry.** ${retry.toLowerCase()}.`)
  }
})

it.each(codes)('shows what a client gets: %s', async (code) => {
  const { options = {}, go } = ERROR_SCENES[code]
  const { error, result } = await go(await start(options))
  const shown = /```json\n([\s\S]*?)```/.exec(entryOf(code)?.text ?? '')?.[1] ?? 'null'
  const got: unknown = JSON.parse(stable(JSON.stringify(error ?? result)))
  expect(got).toEqual(JSON.parse(shown))
  expect(JSON.stringify(got)).toContain(`"${code}"`)
})
