import type { JsonObject, ToolSchema } from 'allv-mcp'
import { z } from 'zod'
import { openPostgres } from './support/databases.js'
import { listen, post, type Running, toolCall } from './support/http.js'
import { type Parsing, type ParsingOptions, parsingTool } from './support/parsing-tools.js'
import { createStoredWorld } from './support/stored-world.js'
import { TASKS_AND_FORM, taskClient } from './support/tasks.js'
import { createWorld, type World, type WorldOptions } from './support/world.js'

/** Schemas that make something of arguments that is not JSON: what is shown and bound says all of it, and the tool gets exactly that. */

const date = z.iso.datetime({ offset: true }).transform((text) => new Date(text))
const seconds = z.number().transform((at) => new Date(at * 1000))

class Money {
  readonly cents: number
  constructor(text: string) {
    this.cents = Math.round(Number(text) * 100)
  }
  toJSON() {
    return (this.cents / 100).toFixed(2)
  }
}
class Point {
  readonly x: number
  readonly y: number
  constructor(at: { readonly x: number; readonly y: number }) {
    this.x = at.x
    this.y = at.y
  }
}
class Secret {
  readonly #text: string
  constructor(text: string) {
    this.#text = text
  }
  read() {
    return this.#text
  }
}
class Card extends Secret {
  readonly kind = 'card'
  toJSON() {
    return '****'
  }
}
/** Its JSON leaves the amount out. */
class Order {
  readonly id: string
  readonly amount: number
  constructor(text: string) {
    const [id = '', amount = '1'] = text.split(':')
    this.id = id
    this.amount = Number(amount)
  }
  toJSON() {
    return this.id
  }
}
const of = <T>(make: new (text: string) => T) => z.string().transform((text) => new make(text))
const tags = z.array(z.string()).transform((all) => new Set(all))
const point = z.object({ x: z.number(), y: z.number().default(0) }).transform((at) => new Point(at))
/** A host's look into what its tool got. */
const seen = (value: unknown): unknown =>
  value instanceof Secret ? `${value.constructor.name} ${value.read()}` : value

interface Stage extends Parsing {
  readonly name: string
  readonly world: World
  readonly running: Running
  call(args: object, over?: { readonly key?: string }): Promise<{ code: string | undefined; text: string }>
  shown(): Promise<readonly JsonObject[]>
  approve(): Promise<void>
}

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const one of open.splice(0)) await one.close()
})

const postgres = await openPostgres()
afterAll(() => postgres?.close())

function inPostgres(options: WorldOptions): World {
  if (postgres === null) return createWorld(options)
  const pool = postgres.node({ max: 4 })
  const { world, stores } = createStoredWorld({ ...options, pool, schema: postgres.schema })
  open.push({
    async close() {
      await stores.events.close()
      await pool.end()
    },
  })
  return world
}

let stages = 0

async function stage(input: ToolSchema, options: ParsingOptions = {}, stored = false): Promise<Stage> {
  stages += 1
  // Cases share a database.
  const name = `one.value_${stages}`
  const parsing = parsingTool(name, input, options)
  const settings = { rateLimit: false, tools: [parsing.tool] } as const
  const world = stored ? inPostgres(settings) : createWorld(settings)
  const { approvals } = world.options.adapters
  const ids = new Set<string>()
  const { request } = approvals
  Object.assign(approvals, {
    request: async (wanted: Parameters<typeof request>[0]) => {
      const approval = await request(wanted)
      if ('id' in approval) ids.add(approval.id)
      return approval
    },
  })
  const running = await listen(world)
  open.unshift(running)
  return {
    ...parsing,
    name,
    world,
    running,
    async call(args, { key } = {}) {
      const headers = key === undefined ? {} : { 'idempotency-key': key }
      const { result } = (await post(running, { body: toolCall(name, args), headers })).json
      return { code: result._meta?.['ai.allv/code'], text: result.content[0].text }
    },
    shown: async () =>
      Promise.all([...ids].map(async (id) => (await approvals.get({ id }))?.arguments ?? {})),
    async approve() {
      for (const id of ids) await approvals.decide?.({ id, decision: 'approve', decidedBy: 'operator' })
    },
  }
}

type Kind = readonly [
  string,
  ToolSchema,
  /** Spellings of one call. */
  readonly [JsonObject, ...JsonObject[]],
  /** What is shown. */
  JsonObject,
  /** What runs. */
  unknown,
  /** Another call. */
  JsonObject,
]
const NOON = '2026-05-01T12:00:00.000Z'
const KINDS: readonly Kind[] = [
  [
    'a date',
    z.object({ at: date }),
    [{ at: '2026-05-01T14:00:00+02:00' }, { at: NOON, decoy: 1 }],
    { at: NOON },
    { at: new Date(NOON) },
    { at: '2026-05-02T12:00:00Z' },
  ],
  [
    'dates in a list, beside a default',
    z.object({ all: z.array(date), n: z.number().default(3) }),
    [{ all: [NOON] }, { all: ['2026-05-01T12:00:00+00:00'], n: 3 }],
    { all: [NOON], n: 3 },
    { all: [new Date(NOON)], n: 3 },
    { all: [NOON, NOON] },
  ],
  [
    'an address',
    z.object({ u: z.string().transform((text) => new URL(text)) }),
    [{ u: 'https://A.test' }, { u: 'https://a.test/' }],
    { u: 'https://a.test/' },
    { u: new URL('https://a.test/') },
    { u: 'https://b.test' },
  ],
  [
    'an instance that says itself',
    z.object({ price: of(Money) }),
    [{ price: '5' }, { price: '5.00' }],
    { price: '5.00' },
    { price: new Money('5') },
    { price: '5.01' },
  ],
  [
    'an instance by its members',
    z.object({ p: point }),
    [{ p: { x: 1 } }, { p: { y: 0, x: 1 } }],
    { p: { x: 1, y: 0 } },
    { p: new Point({ x: 1, y: 0 }) },
    { p: { x: 1, y: 1 } },
  ],
  [
    'a set',
    z.object({ tags: z.array(z.string()).transform((tags) => new Set(tags)) }),
    [{ tags: ['a', 'b'] }, { tags: ['a', 'b', 'a'], decoy: 1 }],
    { tags: ['a', 'b'] },
    { tags: new Set(['a', 'b']) },
    { tags: ['a'] },
  ],
  [
    'a map, with a date in it',
    z.object({ m: z.record(z.string(), date).transform((all) => new Map(Object.entries(all))) }),
    [{ m: { a: NOON } }],
    { m: { a: NOON } },
    { m: new Map([['a', new Date(NOON)]]) },
    { m: { b: NOON } },
  ],
  [
    'a big integer',
    z.object({ n: z.string().transform((text) => BigInt(text)) }),
    [{ n: '12' }, { n: '012' }],
    { n: '12' },
    { n: 12n },
    { n: '13' },
  ],
  [
    'an instance that leaves something out',
    z.object({ order: of(Order) }),
    [{ order: 'o1:5', decoy: 1 }, { order: 'o1:5' }],
    { order: 'o1:5' },
    { order: new Order('o1:5') },
    { order: 'o1:6' },
  ],
  [
    'private members',
    z.object({ s: of(Secret) }),
    [{ s: 'one', decoy: 1 }, { s: 'one' }],
    { s: 'one' },
    { s: 'Secret one' },
    { s: 'two' },
  ],
  [
    'private members behind a mask',
    z.object({ s: of(Card) }),
    [{ s: 'one' }],
    { s: 'one' },
    { s: 'Card one' },
    { s: 'two' },
  ],
  [
    'a pattern',
    z.object({ r: z.string().transform((text) => new RegExp(text)) }),
    [{ r: 'a+' }],
    { r: 'a+' },
    { r: /a+/ },
    { r: 'b+' },
  ],
  [
    'no object at all',
    z.object({ s: z.string() }).transform(({ s }) => s.length),
    [{ s: 'abc', decoy: 1 }, { s: 'xyz' }],
    { s: 'abc' },
    3,
    { s: 'abcd' },
  ],
  [
    'a number that JSON cannot say',
    z.object({ n: z.string().transform(Number) }),
    [{ n: 'x' }, { n: 'y' }],
    { n: 'x' },
    { n: Number.NaN },
    { n: '1' },
  ],
  [
    'a set beside a default, and keys that nested objects strip',
    z.object({
      tags,
      amount: z.number().default(1000),
      to: z.object({ name: z.string().trim() }),
      lines: z.array(z.object({ tags, by: z.union([z.object({ a: z.string() }), z.null()]) })),
    }),
    [
      {
        tags: ['a'],
        to: { name: ' x ', decoy: 1 },
        lines: [{ tags: ['b'], by: { a: 'y', decoy: 2 }, decoy: 3 }],
      },
      { tags: ['a'], amount: 1000, to: { name: 'x' }, lines: [{ tags: ['b'], by: { a: 'y' } }] },
    ],
    { tags: ['a'], amount: 1000, to: { name: 'x' }, lines: [{ tags: ['b'], by: { a: 'y' } }] },
    {
      tags: new Set(['a']),
      amount: 1000,
      to: { name: 'x' },
      lines: [{ tags: new Set(['b']), by: { a: 'y' } }],
    },
    { tags: ['a'], amount: 1, to: { name: 'x' }, lines: [] },
  ],
  [
    'private members beside keys that nested objects strip',
    z.object({ s: of(Secret), to: z.object({ all: z.array(z.object({ name: z.string() })) }) }),
    [
      { s: 'one', to: { all: [{ name: 'x', decoy: 1 }], decoy: 2 } },
      { s: 'one', to: { all: [{ name: 'x' }] } },
    ],
    { s: 'one', to: { all: [{ name: 'x' }] } },
    { s: 'Secret one', to: { all: [{ name: 'x' }] } },
    { s: 'one', to: { all: [] } },
  ],
  [
    'a map made of an object that strips keys',
    z.object({ m: z.object({ a: z.string() }).transform((all) => new Map(Object.entries(all))) }),
    [{ m: { a: 'x', decoy: 1 } }, { m: { a: 'x' } }],
    { m: { a: 'x' } },
    { m: new Map([['a', 'x']]) },
    { m: { a: 'y' } },
  ],
  [
    'a set beside text that is made anew each time it is read',
    z.object({ tags, s: z.string().transform((text) => `${text}!`) }),
    [
      { tags: ['a'], s: 'x' },
      { tags: ['a', 'a'], s: 'x', decoy: 1 },
    ],
    { tags: ['a'], s: 'x' },
    { tags: new Set(['a']), s: 'x!' },
    { tags: ['a'], s: 'y' },
  ],
  [
    'a date that no date is read from',
    z.object({ at: seconds }),
    [{ at: 0 }, { at: -0 }],
    { at: '1970-01-01T00:00:00.000Z' },
    { at: new Date(0) },
    { at: 1 },
  ],
]

const ran = ({ ran: all }: Stage) =>
  all.map((args) =>
    typeof args === 'object' && args !== null
      ? Object.fromEntries(Object.entries(args).map(([key, value]) => [key, seen(value)]))
      : args,
  )

describe.each(KINDS)('%s', (_, input, spellings, shown, value, another) => {
  it.each([false, true])(
    'is shown completely, bound, and given to policy and tool as it is (stored: %p)',
    async (stored) => {
      const scene = await stage(input, {}, stored)
      for (const spelling of spellings) expect((await scene.call(spelling)).code).toBe('APPROVAL_PENDING')
      expect(await scene.shown()).toEqual([shown])
      await scene.approve()
      expect((await scene.call(another)).code).toBe('APPROVAL_PENDING')
      expect((await scene.shown()).length).toBe(2)
      for (const spelling of spellings) expect((await scene.call(spelling)).text).toBe('ran')
      expect(ran(scene)).toEqual([value])
      expect(ran({ ...scene, ran: scene.asked.slice(0, 1).map(({ args }) => args) })).toEqual([value])
      expect(scene.world.failures).toEqual([])
    },
  )

  it('is one call for an idempotency key, and another call is not', async () => {
    const scene = await stage(input, { verdict: { verdict: 'allow' } })
    for (const spelling of [...spellings, ...spellings])
      expect((await scene.call(spelling, { key: 'once' })).code).toBeUndefined()
    expect(ran(scene)).toEqual([value])
    expect((await scene.call(another, { key: 'once' })).code).toBe('IDEMPOTENCY_CONFLICT')
  })

  it('completes for a client that accepts tasks', async () => {
    const scene = await stage(input, { asks: true, taskSupport: 'optional' })
    const tasks = taskClient(scene.running, TASKS_AND_FORM)
    const { result } = await tasks.call(scene.name, spellings[0])
    await scene.approve()
    if (result.resultType === 'task') {
      await tasks.until(result.taskId, 'input_required')
      await tasks.update(result.taskId, { '1.color': { action: 'accept', content: { color: 'red' } } })
      expect((await tasks.until(result.taskId)).status).toBe('completed')
    } else {
      // What is kept would not bring the value back, so the caller repeats the call.
      expect(result._meta['ai.allv/code']).toBe('APPROVAL_PENDING')
      const asks = (await tasks.call(scene.name, spellings[0])).result
      expect(asks.resultType).toBe('input_required')
      const { requestState } = asks
      const inputResponses = { color: { action: 'accept', content: { color: 'red' } } }
      const answered = await tasks.call(scene.name, spellings[0], {
        params: { requestState, inputResponses },
      })
      expect(answered.result.content[0].text).toBe('ran')
    }
    expect(ran(scene)).toEqual([value])
  })
})

it('becomes a task if its value can be stored completely, and no task otherwise', async () => {
  const kindOf = async (input: ToolSchema, args: object) => {
    const scene = await stage(input)
    return (await taskClient(scene.running).call(scene.name, args)).result.resultType
  }
  expect(await kindOf(z.object({ at: date }), { at: NOON })).toBe('task')
  expect(await kindOf(z.object({ s: of(Secret) }), { s: 'x' })).toBe('task')
  expect(await kindOf(z.object({ at: seconds }), { at: 0 })).toBe('complete')
})

describe('values whose JSON is alike are different calls', () => {
  const either = z.union([z.object({ d: date }).transform(({ d }) => d), z.string()])
  it.each<[string, ToolSchema, object, object]>([
    ['a date and its text', z.object({ v: either }), { v: { d: NOON } }, { v: NOON }],
    [
      'the same in another order',
      z.object({ a: either, b: either }),
      { a: { d: NOON }, b: NOON },
      { a: NOON, b: { d: NOON } },
    ],
    [
      'a set and a map',
      z.object({ v: z.string().transform((t) => (t === 's' ? new Set() : new Map())) }),
      { v: 's' },
      { v: 'm' },
    ],
    [
      'an instance and its members',
      z.object({
        v: z.union([
          z
            .object({ x: z.number(), y: z.number(), plain: z.literal(true) })
            .transform(({ x, y }) => ({ x, y })),
          point,
        ]),
      }),
      { v: { x: 1, y: 2 } },
      { v: { x: 1, y: 2, plain: true } },
    ],
    [
      'two instances that both hide',
      z.object({ v: of(Secret), note: z.string().optional() }),
      { v: 'one' },
      { v: 'two' },
    ],
  ])('%s', async (_, input, one, other) => {
    const scene = await stage(input)
    await scene.call(one)
    await scene.approve()
    expect((await scene.call(other)).code).toBe('APPROVAL_PENDING')
    expect((await scene.shown()).length).toBe(2)
    expect(scene.ran).toEqual([])
    const keyed = await stage(input, { verdict: { verdict: 'allow' } })
    await keyed.call(one, { key: 'k' })
    expect((await keyed.call(other, { key: 'k' })).code).toBe('IDEMPOTENCY_CONFLICT')
  })
})

it('gives each run of a tool that asks within its call its own value', async () => {
  const scene = await stage(z.object({ at: date, tags: z.array(z.string()).transform((t) => new Set(t)) }), {
    asks: true,
    verdict: { verdict: 'allow' },
  })
  const tasks = taskClient(scene.running, { elicitation: { form: {} } })
  const args = { at: NOON, tags: ['a'] }
  const { requestState } = (await tasks.call(scene.name, args)).result
  const inputResponses = { color: { action: 'accept', content: { color: 'red' } } }
  const answered = (await tasks.call(scene.name, args, { params: { requestState, inputResponses } })).result
  expect(answered.content[0].text).toBe('ran')
  expect(scene.ran).toEqual([{ at: new Date(NOON), tags: new Set(['a']) }])
  const other = (
    await tasks.call(scene.name, { ...args, tags: ['b'] }, { params: { requestState, inputResponses } })
  ).error
  expect(other?.data['code']).toBe('REQUEST_STATE_INVALID')
})

describe('a schema that gives another value each time', () => {
  let count = 0
  const next = () => {
    count += 1
    return count
  }
  it('runs with the first value if it can be copied', async () => {
    const scene = await stage(
      z.object({
        at: z
          .number()
          .default(next)
          .transform((n) => new Date(n)),
      }),
      {
        verdict: { verdict: 'allow' },
      },
    )
    expect((await scene.call({})).text).toBe('ran')
    expect(scene.ran).toEqual([scene.asked[0]?.args])
  })

  it('runs nothing if it cannot be copied, and the host is told why', async () => {
    const scene = await stage(z.object({ n: z.number().default(next), s: of(Secret) }), {
      verdict: { verdict: 'allow' },
    })
    expect((await scene.call({ s: 'x' })).code).toBe('TOOL_FAILED')
    expect(scene.ran).toEqual([])
    expect(String(scene.world.failures[0]?.error)).toContain('something else of the same arguments each time')
  })
})
