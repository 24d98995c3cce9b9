import { defineTool, type ToolOptions, type ToolSchema, toolError, toolResult } from 'allv-mcp'
import { z } from 'zod'
import { post, toolCall } from './support/http.js'
import { scenes } from './support/scene.js'
import type { WorldOptions } from './support/world.js'

/** The output schema of a tool decides what its answer is. If the answer cannot be shown, the caller learns that the tool ran. */

const start = scenes()

async function answer(output: ToolSchema, returned: () => unknown, adapt?: WorldOptions['adapt']) {
  let runs = 0
  const run: ToolOptions<ToolSchema, ToolSchema>['run'] = async () => {
    runs += 1
    return returned() as never
  }
  const tool = defineTool({ name: 'gives', description: 'Gives.', input: { type: 'object' }, output, run })
  const { world, running } = await start({
    rateLimit: false,
    tools: [tool],
    ...(adapt === undefined ? {} : { adapt }),
  })
  const send = async () =>
    (await post(running, { body: toolCall('gives'), headers: { 'idempotency-key': 'once' } })).json.result
  const first = await send()
  return { first, repeated: await send(), runs, failures: world.failures, kept: world.adapters.runs.all() }
}

const URL_WITH_UMLAUT = 'https://de.wikipedia.org/wiki/Köln'

describe('the value that the output schema of a tool made', () => {
  it.each<[string, ToolSchema, unknown, unknown]>([
    ['cents', z.object({ n: z.number().multipleOf(0.01) }), { n: 19.99 }, { n: 19.99 }],
    ['an address', z.object({ u: z.url() }), { u: URL_WITH_UMLAUT }, { u: URL_WITH_UMLAUT }],
    [
      'a pattern without case',
      z.object({ s: z.string().regex(/^deal_/i) }),
      { s: 'DEAL_1' },
      { s: 'DEAL_1' },
    ],
    ['a duration', z.object({ d: z.iso.duration() }), { d: 'PT1.5S' }, { d: 'PT1.5S' }],
    [
      'a transform',
      z.object({
        s: z
          .string()
          .transform((s) => `${s}!`)
          .pipe(z.string().max(2)),
      }),
      { s: 'a' },
      { s: 'a!' },
    ],
    [
      'a codec',
      z.object({
        at: z.codec(z.iso.datetime(), z.string(), {
          decode: (at) => at.slice(0, 4),
          encode: (year) => `${year}-01-01T00:00:00Z`,
        }),
      }),
      { at: '2026-05-01T00:00:00Z' },
      { at: '2026' },
    ],
    ['stripped keys', z.object({ a: z.string() }), { a: 'x', internal: 'leak' }, { a: 'x' }],
    ['a promise of one', z.object({ a: z.string().refine(async () => true) }), { a: 'x' }, { a: 'x' }],
  ])('is not checked again with other rules: %s', async (_, output, returned, expected) => {
    for (const make of [() => returned, () => toolResult({ structuredContent: returned as never })]) {
      const { first, failures } = await answer(output, make)
      expect([first.isError, first.structuredContent]).toEqual([undefined, expected])
      expect(JSON.parse(first.content[0].text)).toEqual(expected)
      expect(failures).toEqual([])
    }
  })

  it('keeps the other content of the tool', async () => {
    const content = [{ type: 'text', text: 'mine' }] as const
    const { first } = await answer(z.object({ a: z.string().trim() }), () =>
      toolResult({ content, structuredContent: { a: ' x ' } }),
    )
    expect(first).toMatchObject({ content, structuredContent: { a: 'x' } })
  })

  it('stays correct in what a wrapping provider makes of the result', async () => {
    const { first } = await answer(
      z.object({ n: z.number().multipleOf(0.01) }),
      () => ({ n: 19.99 }),
      ({ tools }) => ({
        tools: {
          list: async (context) => (await tools.list(context)).map((tool) => ({ ...tool })),
          call: async (context, call) => ({ ...(await tools.call(context, call)), content: [] }),
        },
      }),
    )
    expect([first.isError, first.structuredContent]).toEqual([undefined, { n: 19.99 }])
  })
})

describe('an answer that cannot be used', () => {
  const typed = z.object({ n: z.number() })
  const raw = { type: 'object', properties: { n: { type: 'number' } }, required: ['n'] }
  const cycle: Record<string, unknown> = {}
  cycle['self'] = cycle
  const throwing = z.object({
    n: z.number().refine(() => {
      throw new Error('secret')
    }),
  })
  it.each<[string, ToolSchema, unknown]>([
    ['does not fit', typed, { n: 'x' }],
    ['does not fit plain JSON Schema', raw, { n: 'x' }],
    ['is a result that does not fit', typed, toolResult({ structuredContent: { n: 'x' } })],
    ['is a result without structured content', typed, toolResult({ content: [] })],
    ['is a result without structured content, by plain JSON Schema', raw, toolResult({ content: [] })],
    ['is nothing', typed, undefined],
    ['is a list', raw, [1]],
    ['is a cycle', z.looseObject({}), cycle],
    ['holds a big integer', z.looseObject({}), { n: 1n }],
    ['makes its schema throw', throwing, { n: 1 }],
    ['is a result of no kind', typed, toolResult({ content: [{ type: 'video' }] } as never)],
  ])('does not hide that the tool ran: it %s', async (_, output, returned) => {
    const { first, repeated, runs, failures, kept } = await answer(output, () => returned)
    for (const given of [first, repeated]) {
      expect(given.isError).toBe(true)
      expect(given.structuredContent).toBeUndefined()
      expect(given.content[0].text).toContain('the tool ran, but its answer could not be used')
      expect(given.content[0].text).not.toMatch(/failed|secret|report/)
    }
    expect(runs).toBe(1)
    expect(kept.map(({ status }) => status)).toEqual(['failed'])
    expect(failures).toHaveLength(1)
  })

  it('differs from a failure of the tool, and from an error that the tool gave', async () => {
    const thrown = await answer(typed, () => {
      throw new TypeError('mine')
    })
    expect(thrown.first.content[0].text).toBe('the tool failed; report the correlation id')
    const failed = await answer(typed, () => toolError('closed'))
    expect(failed.first.content).toEqual([{ type: 'text', text: 'closed' }])
  })

  it('is reported when a tool without an output schema gives no text', async () => {
    const tool = defineTool({
      name: 'gives',
      description: 'x',
      input: { type: 'object' },
      run: () => 5 as never,
    })
    const { running } = await start({ tools: [tool] })
    const { result } = (await post(running, { body: toolCall('gives') })).json
    expect(result.content[0].text).toContain('the tool ran')
  })
})
