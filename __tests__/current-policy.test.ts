import type { ApprovalVerdict } from 'allv-mcp'
import { openPostgres, type TestDatabase } from './support/databases.js'
import { listen } from './support/http.js'
import {
  createRuleWorld,
  type Rule,
  type RuleScene,
  type RuleWorldOptions,
  WAYS,
  type Way,
} from './support/rule-ways.js'

/** The policy's answer at the time of use decides about an approval, for every wait method. */

const database: TestDatabase | null = await openPostgres()
const pool = database?.node()
const stores: [string, Pick<RuleWorldOptions, 'stored'>][] = [['in memory', {}]]
if (database !== null && pool !== undefined)
  stores.push(['in PostgreSQL', { stored: { pool, schema: database.schema } }])
afterAll(() => database?.close())

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
  await pool?.query(`truncate "${database?.schema}".approvals, "${database?.schema}".runs`)
})

async function open(options: RuleWorldOptions, first: ApprovalVerdict): Promise<RuleScene> {
  const rule: Rule = { says: () => first }
  const made = createRuleWorld(rule, options)
  const running = await listen(made.world)
  closers.push(made.close, () => running.close())
  return { ...made, rule, running }
}

const OTHER = { operator: 'member', member: 'operator' } as const

/** The call waits, the policy changes, the approval is given, and the caller gets an answer. */
async function play(scene: RuleScene, way: Way, says: Rule['says']) {
  const waiting = await way.begin(scene)
  const before = await only(scene)
  scene.rule.says = says
  if (way.approver === 'operator')
    await scene.approvals.decide({ id: before.id, decision: 'approve', decidedBy: 'an operator' })
  return { waiting, before, outcome: await waiting.finish() }
}

async function only({ list }: RuleScene) {
  const [approval, ...others] = await list()
  if (approval === undefined || others.length > 0) throw new Error('there is not exactly one approval')
  return approval
}

const stateOf = async ({ approvals }: RuleScene, { id }: { readonly id: string }) =>
  (await approvals.get({ id }))?.state
const unused = (way: Way) => (way.approver === 'operator' ? 'approved' : 'pending')

describe.each(stores)('%s', (_, options) => {
  describe.each(WAYS.map((way) => [way.title, way] as const))('%s', (__, way) => {
    const start = () => open({ ...options, approvalHoldMs: way.holdMs }, { verdict: way.approver })

    it('runs when the policy is as it was', async () => {
      const scene = await start()
      const { outcome, before } = await play(scene, way, () => ({ verdict: way.approver }))
      expect(outcome).toBe('ran')
      expect(scene.world.executions).toHaveLength(1)
      expect(await stateOf(scene, before)).toBe('settled')
    })

    it('is denied when the policy denies it by then, and the approval is not used', async () => {
      const scene = await start()
      const { outcome, before } = await play(scene, way, () => ({
        verdict: 'deny',
        reason: 'closed by audit',
      }))
      expect(outcome).toBe('APPROVAL_DENIED')
      expect(scene.world.executions).toEqual([])
      expect(await stateOf(scene, before)).toBe(unused(way))
    })

    it('needs another decision when the policy names another approver by then', async () => {
      const scene = await start()
      const other = OTHER[way.approver]
      const finishing = play(scene, way, () => ({ verdict: other, summary: 'by the new rule' }))
      // A held call continues to wait, for the new approval.
      const asked = await untilAsked(scene, other)
      expect(asked).toMatchObject({ approver: other, state: 'pending', summary: 'by the new rule' })
      expect(scene.world.executions).toEqual([])
      const decidedBy = other === 'member' ? 'mem_maria' : 'an operator'
      await scene.approvals.decide({ id: asked.id, decision: 'approve', decidedBy })
      const { outcome, waiting, before } = await finishing
      if (outcome !== 'ran') expect(await waiting.again()).toBe('ran')
      expect(scene.world.executions).toHaveLength(1)
      expect([await stateOf(scene, before), await stateOf(scene, asked)]).toEqual([unused(way), 'settled'])
    })

    it.each<[string, Rule['says'], string]>([
      ['throws', () => Promise.reject(new Error('the rule is down')), 'UNAVAILABLE'],
      ['throws at once', () => fail(), 'UNAVAILABLE'],
      ['gives nonsense', () => ({ verdict: 'maybe' }) as never, 'INTERNAL'],
      ['gives nothing', () => undefined as never, 'INTERNAL'],
    ])(
      'does not run while the rule %s, and runs under the same approval afterwards',
      async (___, says, code) => {
        const scene = await start()
        const { outcome, waiting, before } = await play(scene, way, says)
        expect(outcome).toBe(code)
        expect(scene.world.executions).toEqual([])
        expect(await stateOf(scene, before)).toBe(unused(way))
        scene.rule.says = () => ({ verdict: way.approver })
        expect(await waiting.again()).toBe('ran')
        expect(scene.world.executions).toHaveLength(1)
        expect((await only(scene)).state).toBe('settled')
      },
    )

    it('runs under the approval when the policy would allow it by then', async () => {
      const scene = await start()
      const { outcome } = await play(scene, way, () => ({ verdict: 'allow' }))
      expect(outcome).toBe('ran')
      expect(scene.world.executions).toHaveLength(1)
    })
  })
})

function fail(): never {
  throw new Error('the rule is down')
}

async function untilAsked({ list }: RuleScene, approver: string) {
  for (let tries = 0; tries < 2000; tries += 1) {
    const asked = (await list()).find((approval) => approval.approver === approver)
    if (asked !== undefined) return asked
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  throw new Error('nobody asked for the other approval')
}
