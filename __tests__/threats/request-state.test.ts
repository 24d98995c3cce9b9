import { jest } from '@jest/globals'
import { createAllvMcpRouter, defineTool } from 'allv-mcp'
import { z } from 'zod'
import { createSealer, type SealPurpose } from '../../lib/foundation/crypto/sealed-token.js'
import { type Ask, type JsonRpc, modern, post, type Running, rpc } from '../support/http.js'
import { type Scene, scenes, until } from '../support/scene.js'
import { createWorld, type World } from '../support/world.js'

/**
 * T7 of the security checklist: the state of a call that waits for its approval. (States of tools that ask: input-requests.test.ts and
 * request-state-once.test.ts.) Whatever is wrong with one, it is -32602, nothing runs, and the approval is as it was.
 */
const start = scenes()
const executions: unknown[] = []
beforeEach(() => void executions.splice(0))
afterEach(() => jest.restoreAllMocks())

/** What the tool waits for once it runs. */
let held: () => Promise<void> = async () => {}
afterEach(() => {
  held = async () => {}
})

/** Takes its time, so that a second execution would have room. */
const wipe = (approval: 'operator' | 'member') =>
  defineTool({
    name: `wipe.${approval}`,
    description: 'Wipes.',
    input: z.object({ what: z.string() }),
    approval,
    async run(args) {
      await new Promise((resolve) => setTimeout(resolve, 60))
      await held()
      executions.push(args)
      return 'wiped'
    },
  })
const TOOLS = [wipe('operator'), wipe('member')]
const OLD = 'an old secret, of more than 32 characters'
const NEW = 'a new secret, of more than 32 characters'
const AGREED = { action: 'accept', content: { decision: 'approve' } }

interface Kind {
  readonly tool: string
  readonly capabilities: object
  readonly answer: object
}
const kinds: readonly [string, Kind][] = [
  [
    'an address',
    { tool: 'wipe.operator', capabilities: { elicitation: { url: {} } }, answer: { action: 'accept' } },
  ],
  ['a form', { tool: 'wipe.member', capabilities: { elicitation: { form: {} } }, answer: AGREED }],
]

const open = (secret: string | readonly string[] = OLD) =>
  start(
    createWorld({
      secret,
      tools: TOOLS,
      approvalHoldMs: 0,
      adapt: ({ approvals }) => ({
        approvals: { ...approvals, url: async ({ id }) => `https://app.example.com/approvals/${id}` },
      }),
    }),
  )
const nodeOf = ({ options }: World, secret: string | readonly string[]): Promise<Scene> =>
  start({ ...createWorld(), router: () => createAllvMcpRouter({ ...options, secret }) })
const only = (world: World) => {
  const [approval, ...others] = world.adapters.approvals.list()
  expect(others).toEqual([])
  return approval
}
const approve = (world: World) =>
  world.adapters.approvals.decide({ id: only(world)?.id ?? '', decision: 'approve', decidedBy: 'operator' })

describe.each(kinds)('the state of a call that was shown %s', (_, { tool, capabilities, answer }) => {
  const call = (over: Record<string, unknown> = {}): Pick<Ask, 'headers' | 'body'> =>
    modern('tools/call', { name: tool, arguments: { what: 'disk' }, ...over }, capabilities)
  const retry = (requestState: unknown, over: Record<string, unknown> = {}) =>
    call({ requestState, inputResponses: { approval: answer }, ...over })
  const send = async (running: Running, ask: Partial<Ask>): Promise<JsonRpc> =>
    (await post(running, ask)).json
  const stateOf = async ({ running }: Scene): Promise<string> => {
    const { result } = await send(running, call())
    expect(result.resultType).toBe('input_required')
    return result.requestState
  }
  /** Refused, nothing has run, and the approval can still be given and used by whom it is for. */
  const expectRefused = async ({ world, running }: Scene, ask: Partial<Ask>, at: Running = running) => {
    expect((await send(at, ask)).error).toMatchObject({
      code: -32602,
      data: { code: 'REQUEST_STATE_INVALID' },
    })
    expect(executions).toEqual([])
    expect(only(world)?.state).toBe('pending')
  }
  const expectUsable = async (scene: Scene, state: string) => {
    if (tool === 'wipe.operator') await approve(scene.world)
    expect((await send(scene.running, retry(state))).result.content[0].text).toBe('wiped')
    expect(executions).toEqual([{ what: 'disk' }])
  }

  it('is refused with a byte flipped in any of its parts, cut, or put together from two', async () => {
    const scene = await open()
    const state = await stateOf(scene)
    const other = await stateOf(scene)
    const parts = state.split('.')
    expect(parts).toHaveLength(5)
    const join = (place: number, part: string) =>
      parts.map((own, at) => (at === place ? part : own)).join('.')
    const flipped = [0, 2, 3, 4].map((place) => {
      const part = parts[place] ?? ''
      return join(place, `${part.slice(0, 1) === 'A' ? 'B' : 'A'}${part.slice(1)}`)
    })
    for (const forged of [
      ...flipped,
      join(3, other.split('.')[3] ?? ''),
      join(4, ''),
      state.slice(0, -4),
      '',
      7,
    ])
      await expectRefused(scene, retry(forged))
    await expectUsable(scene, state)
  })

  it('is refused from another member with the same key, and from the same member with another key', async () => {
    const scene = await open()
    const state = await stateOf(scene)
    await expectRefused(scene, { ...retry(state), member: 'omar@acme.test' })
    await expectRefused(scene, { ...retry(state), key: 'acmeListed' })
    await expectRefused(scene, { ...retry(state), key: 'acmeBound', member: null })
    await expectUsable(scene, state)
  })

  it('is refused for another tool, other arguments, and another idempotency key', async () => {
    const scene = await open()
    const state = await stateOf(scene)
    const other = tool === 'wipe.member' ? 'wipe.operator' : 'wipe.member'
    await expectRefused(scene, retry(state, { name: other }))
    await expectRefused(scene, retry(state, { arguments: { what: 'tape' } }))
    const keyed = retry(state)
    await expectRefused(scene, { ...keyed, headers: { ...keyed.headers, 'idempotency-key': 'another' } })
    await expectUsable(scene, state)
  })

  it('is refused once it has expired, though the approval has not', async () => {
    let later = 0
    const real = Date.now
    jest.spyOn(Date, 'now').mockImplementation(() => real() + later)
    const scene = await open()
    const state = await stateOf(scene)
    later = 15 * 60_000 + 2000
    await expectRefused(scene, retry(state))
  })

  it('is refused where its secret was removed, and accepted where it is still known', async () => {
    const scene = await open(OLD)
    const state = await stateOf(scene)
    const gone = await nodeOf(scene.world, NEW)
    await expectRefused(scene, retry(state), gone.running)
    const rotated = await nodeOf(scene.world, [NEW, OLD])
    await expectUsable({ ...scene, running: rotated.running }, state)
  })

  it('cannot be replaced by a token that was sealed for another purpose', async () => {
    const scene = await open()
    await stateOf(scene)
    const initialize = rpc('initialize', {
      protocolVersion: '2025-11-25',
      capabilities: {},
      clientInfo: { name: 'test', version: '1' },
    })
    const session = (await post(scene.running, { body: initialize })).headers.get('mcp-session-id')
    expect(session).not.toBeNull()
    await expectRefused(scene, retry(session))
  })

  it('is refused when it was used before, and runs nothing', async () => {
    const scene = await open()
    const state = await stateOf(scene)
    await expectUsable(scene, state)
    for (const spelled of [state, `${state} `, `${state}=`]) {
      const { error } = await send(scene.running, retry(spelled))
      expect(error).toMatchObject({ code: -32602, data: { code: 'REQUEST_STATE_INVALID' } })
    }
    expect((await send(scene.running, call())).result.content[0].text).toBe('wiped')
    expect(executions).toHaveLength(1)
  })

  it('runs once when it is used twice at once, also on two nodes, and both get the outcome', async () => {
    const scene = await open()
    const other = await nodeOf(scene.world, OLD)
    const state = await stateOf(scene)
    if (tool === 'wipe.operator') await approve(scene.world)
    const joined = () => scene.world.adapters.audit.events.filter(({ type }) => type === 'run.joined')
    held = () => until(() => joined().length === 3)
    const answers = await Promise.all(
      [scene.running, other.running, scene.running, other.running].map((at) => send(at, retry(state))),
    )
    expect(answers.map(({ result }) => result?.content[0].text)).toEqual(Array(4).fill('wiped'))
    expect(executions).toHaveLength(1)
  })
})

/** What the clocks of two nodes may differ by, each an hour off. */
const DRIFT_SECONDS = 2 * 60 * 60

describe('a seal', () => {
  const purposes: readonly SealPurpose[] = ['cursor', 'session', 'round', 'task']

  it.each(purposes)('for a %s opens for nothing else', async (purpose) => {
    const sealer = createSealer([OLD])
    const token = await sealer.seal(purpose, { of: purpose }, 60)
    // Twice: what was opened once is remembered.
    for (const wanted of [...purposes, ...purposes])
      expect(await sealer.open(wanted, token)).toEqual(wanted === purpose ? { of: purpose } : null)
  })

  it.each(purposes)(
    'for a %s opens until it has expired, also where it was opened before',
    async (purpose) => {
      let now = Date.UTC(2026, 0, 1)
      const sealer = createSealer([OLD], () => now)
      const token = await sealer.seal(purpose, {}, 60)
      now += 59_000
      expect(await sealer.open(purpose, token)).toEqual({})
      now += 2000
      expect(await sealer.open(purpose, token)).toBeNull()
      expect(await createSealer([OLD], () => now).open(purpose, token)).toBeNull()
    },
  )

  it.each(purposes)(
    'for a %s of another node opens as long as clocks may differ, and no longer; its own to the second',
    async (purpose) => {
      const start = Date.UTC(2026, 0, 1)
      let now = start
      const own = createSealer([OLD], () => now, DRIFT_SECONDS)
      const other = createSealer([OLD], () => now, DRIFT_SECONDS)
      const token = await own.seal(purpose, {}, 60)
      // Twice: what was opened once is remembered.
      const opens = async (seconds: number) => {
        now = start + seconds * 1000
        const answers = []
        for (const sealer of [own, own, other, other])
          answers.push((await sealer.open(purpose, token)) !== null)
        return answers
      }
      const [YES, LATE, NO] = [
        [true, true, true, true],
        [false, false, true, true],
        [false, false, false, false],
      ]
      expect(await opens(59)).toEqual(YES)
      expect(await opens(-DRIFT_SECONDS)).toEqual(YES)
      expect(await opens(61)).toEqual(LATE)
      expect(await opens(59 + DRIFT_SECONDS)).toEqual(LATE)
      expect(await opens(61 + DRIFT_SECONDS)).toEqual(NO)
    },
  )
})
