import { readFileSync } from 'node:fs'
import { type AuditEvent, createAllvAgentApi } from 'allv-mcp'
import { ERRORS } from '../../lib/foundation/errors/catalogue.js'
import { askEverything, listened, OWN } from '../support/everything.js'
import { codeIn, membersOf, readPage, rowsOf, sectionsOf } from '../support/reference.js'
import { scenes } from '../support/scene.js'
import { taskClient } from '../support/tasks.js'

/** docs/reference/audit-events.md has every type and every field, and the fields that events of a type really have. */

const start = scenes()
const page = readPage('audit-events.md')
const sections = sectionsOf(page)
const rowsUnder = (title: string) => rowsOf(sections.find((section) => section.title === title)?.text ?? '')
const namesIn = (cell = '') => [...cell.matchAll(/`(\w+)`/g)].map(([, name = '']) => name)

const source = readFileSync('lib/adapters/audit.ts', 'utf8')
const types = [...source.matchAll(/^ {2}\| '([a-z_.]+)'/gm)].map(([, type = '']) => type)
const fields = membersOf('lib/adapters/audit.ts', 'AuditEvent')
const documented = new Map(
  rowsUnder('Types').map(([type = '', , always, sometimes]) => [
    codeIn(type),
    { always: namesIn(always), sometimes: namesIn(sometimes) },
  ]),
)

it('has every type once, in the order of the code', () => {
  expect(types.length).toBeGreaterThan(20)
  expect([...documented.keys()]).toEqual(types)
})

it('has every field once, and names only fields that there are', () => {
  const always = rowsUnder('Fields of each event').map(([name = '']) => codeIn(name))
  const others = rowsUnder('Other fields').map(([name = '']) => codeIn(name))
  expect(always).toEqual(
    fields.filter(({ name, optional }) => !optional && name !== 'claimedWorkspaceId').map(({ name }) => name),
  )
  expect([...others].sort()).toEqual(
    fields
      .filter(({ optional }) => optional)
      .map(({ name }) => name)
      .sort(),
  )
  for (const own of documented.values())
    for (const name of [...own.always, ...own.sometimes]) expect(others).toContain(name)
})

it('names every field of the filter of a stream', () => {
  const [, text = ''] = rowsUnder('Other fields').find(([name]) => name === '`hears`') ?? []
  expect(namesIn(text)).toEqual(membersOf('lib/adapters/audit.ts', 'AuditedFilter').map(({ name }) => name))
})

it('has every reason for which a token is refused', () => {
  const union = /type TokenRefusal =([\s\S]*?)\n\n/.exec(
    readFileSync('lib/oauth/tokens/refusal.ts', 'utf8'),
  )?.[1]
  const reasons = [...(union ?? '').matchAll(/'(\w+)'/g)].map(([, reason = '']) => `token_${reason}`)
  expect(reasons.length).toBeGreaterThan(15)
  expect(rowsUnder('Reasons of refused tokens').map(([reason = '']) => codeIn(reason))).toEqual(reasons)
})

it('has the fields that events of each type have', async () => {
  const scene = await start(OWN)
  const host = listened(scene)
  await askEverything(host)
  const { adapters, options } = scene.world
  const api = createAllvAgentApi(options)
  const maria = await api.asMember({ workspaceId: 'ws_acme', memberId: 'mem_maria', via: 'inbox' })
  await maria.callTool('agent.update_memory', { key: 'x', text: 'a' })
  await maria.getApproval('none')
  const tasks = taskClient(scene.running)
  const over = { headers: { 'x-acme-user-email': 'maria@acme.test' }, member: null }
  const { taskId } = (await tasks.call('deals.delete', { dealId: 'z' }, over)).result
  await tasks.cancel(taskId, over)
  const common = new Set(rowsUnder('Fields of each event').map(([name = '']) => codeIn(name)))
  const seen = new Map<string, AuditEvent[]>()
  for (const event of adapters.audit.events) seen.set(event.type, [...(seen.get(event.type) ?? []), event])
  expect(types.filter((type) => !seen.has(type))).toEqual([])
  for (const [type, events] of seen) {
    const { always = [], sometimes = [] } = documented.get(type) ?? {}
    for (const event of events) {
      const own = Object.keys(event).filter((name) => !common.has(name))
      expect([type, always.filter((name) => !own.includes(name))]).toEqual([type, []])
      expect([type, own.filter((name) => ![...always, ...sometimes].includes(name))]).toEqual([type, []])
    }
  }
})

it('names the refusals that are recorded before authentication', () => {
  const [[, text = ''] = []] = rowsUnder('Which refusals are recorded')
  const code = readFileSync('lib/control-plane/request/refusals.ts', 'utf8')
  const set = /AUDITED_BEFORE_AUTHENTICATION[^[]*\[([^\]]*)\]/.exec(code)?.[1] ?? ''
  const recorded = [...set.matchAll(/'(\w+)'/g)].map(([, name = '']) => name)
  const said = namesIn(text).filter((name) => Object.hasOwn(ERRORS, name))
  expect(said).toEqual(recorded)
})
