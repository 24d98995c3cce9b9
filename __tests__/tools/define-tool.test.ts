import { ask, defineTool, type JsonObject, type ToolRun, toolError, toolResult } from 'allv-mcp'
import { z } from 'zod'
import { call, contextOf } from './call.js'

const base = { name: 'deals.create', description: 'Creates a deal.' }
const amount = z.object({ amount: z.number() })

describe('arguments', () => {
  it('reach run as the output of the schema: defaults filled in, transforms made', async () => {
    const tool = defineTool({
      ...base,
      input: z.object({
        at: z.string().transform((text) => new Date(text)),
        currency: z.string().default('EUR'),
      }),
      run({ at, currency }) {
        // Both lines compile only when the types are the schema's output.
        const year: number = at.getUTCFullYear()
        const upper: string = currency.toUpperCase()
        return `${year} ${upper}`
      },
    })
    expect(await call(tool, { at: '2026-05-01' })).toEqual({ content: [{ type: 'text', text: '2026 EUR' }] })
  })

  it('are a JSON object if the input is plain JSON Schema', async () => {
    const tool = defineTool({
      ...base,
      input: { type: 'object', properties: { amount: { type: 'number' } } },
      run(args) {
        const typed: JsonObject = args
        return JSON.stringify(typed)
      },
    })
    expect(await call(tool, { amount: 3 })).toEqual({ content: [{ type: 'text', text: '{"amount":3}' }] })
  })

  it('that fail a refinement are a result the caller can read, with every path, and run is not called', async () => {
    let runs = 0
    const tool = defineTool({
      ...base,
      input: z
        .object({
          lines: z.array(z.object({ sum: z.number().refine((sum) => sum > 0, 'must be positive') })),
        })
        .refine(({ lines }) => lines.length < 3, 'has too many lines'),
      run: () => {
        runs += 1
        return undefined
      },
    })
    const deep = await call(tool, { lines: [{ sum: 1 }, { sum: -1 }] })
    expect(deep).toEqual(toolError('the arguments do not fit: lines.1.sum: must be positive'))
    const whole = await call(tool, { lines: [{ sum: 1 }, { sum: 1 }, { sum: 1 }] })
    expect(whole).toEqual(toolError('the arguments do not fit: has too many lines'))
    expect(runs).toBe(0)
  })

  it('come with everything else that is known about the call', async () => {
    const seen: ToolRun[] = []
    const tool = defineTool({ ...base, input: amount, run: (_, rest) => void seen.push(rest) })
    const { signal } = new AbortController()
    const over = { signal, runId: 'run_7', approvalId: 'apr_7', idempotencyKey: 'once', progress: () => {} }
    await call(tool, { amount: 1 }, over)
    expect(seen).toEqual([
      { ...over, context: contextOf(), answers: null, state: null, canAsk: expect.any(Function) },
    ])
    expect(seen[0]?.signal).toBe(signal)
  })
})

describe('what run returns', () => {
  const returning = (returned: unknown) =>
    call(defineTool({ ...base, input: z.object({}), run: () => returned as string }))
  const output = z.object({ sum: z.number() })

  it('is text, nothing, or a whole result if there is no output schema', async () => {
    expect(await returning('done')).toEqual({ content: [{ type: 'text', text: 'done' }] })
    expect(await returning(undefined)).toEqual({ content: [] })
    const whole = { content: [{ type: 'image', data: 'AA==', mimeType: 'image/png' }] } as const
    expect(await returning(toolResult(whole))).toEqual(whole)
    expect(await returning(toolError('closed'))).toEqual({
      isError: true,
      content: [{ type: 'text', text: 'closed' }],
    })
  })

  it.each([[{ content: [] }], [5], [null], [['a']]])(
    'throws for %j if there is no output schema',
    async (value) => {
      await expect(returning(value)).rejects.toThrow(/declares no output, so it must return text/)
    },
  )

  it('is structured content if there is an output schema, as the schema makes it and JSON carries it', async () => {
    const tool = defineTool({
      ...base,
      input: amount,
      output: z.object({ sum: z.number().default(7), note: z.string().optional() }),
      run: () => ({ note: undefined }),
    })
    expect(await call(tool, { amount: 1 })).toEqual({ structuredContent: { sum: 7 } })
  })

  it('is an error when it does not fit the output schema', async () => {
    const tool = defineTool({ ...base, input: amount, output, run: () => ({ sum: 'x' }) as never })
    await expect(call(tool, { amount: 1 })).rejects.toThrow(/does not fit its output: sum: /)
  })

  it.each([[null], ['text'], [[1]]])(
    'is an error when plain JSON Schema gets %j for an object',
    async (value) => {
      const tool = defineTool({
        ...base,
        input: amount,
        output: { type: 'object' },
        run: () => value as never,
      })
      await expect(call(tool, { amount: 1 })).rejects.toThrow(/is no object/)
    },
  )

  it('is a result if it was made as one, not if it looks like one', async () => {
    const lookalike = { content: [{ type: 'text', text: 'mine' }], isError: true }
    const tool = defineTool({ ...base, input: amount, output: { type: 'object' }, run: () => lookalike })
    expect(await call(tool, { amount: 1 })).toEqual({ structuredContent: lookalike })
    const typed = defineTool({ ...base, input: amount, output, run: () => toolError('closed') })
    expect(await call(typed, { amount: 1 })).toMatchObject({ isError: true })
  })

  it('may be a question, which is passed on as it is', async () => {
    const question = ask({ inputRequests: { roots: { method: 'roots/list', params: {} } } })
    const tool = defineTool({ ...base, input: amount, output, run: () => question })
    expect(await call(tool, { amount: 1 })).toBe(question)
  })

  it('leaves what run throws to the pipeline', async () => {
    const failure = new Error('the database is gone')
    const tool = defineTool({
      ...base,
      input: amount,
      run() {
        throw failure
      },
    })
    await expect(call(tool, { amount: 1 })).rejects.toBe(failure)
  })

  it('is checked by the compiler', () => {
    // @ts-expect-error the output has a number
    defineTool({ ...base, input: amount, output, run: () => ({ sum: 'x' }) })
    // @ts-expect-error without an output a tool returns text
    defineTool({ ...base, input: amount, run: () => ({ sum: 1 }) })
    // @ts-expect-error there is no such argument
    defineTool({ ...base, input: amount, run: ({ count }) => String(count) })
    expect(defineTool({ ...base, input: amount, run: async () => undefined }).approval).toBe('none')
  })
})

describe('the definition', () => {
  it('has what clients need, and nothing that was not given', () => {
    expect(defineTool({ ...base, input: amount, run: () => 'x' }).definition).toEqual({
      ...base,
      inputSchema: { type: 'object', properties: { amount: { type: 'number' } }, required: ['amount'] },
    })
    const more = {
      title: 'Create',
      annotations: { readOnlyHint: false },
      scopes: ['deals:write'],
      timeoutMs: 500,
    }
    const { definition } = defineTool({
      ...base,
      ...more,
      input: amount,
      output: amount,
      run: (args) => args,
    })
    expect(definition).toMatchObject({ ...base, ...more, outputSchema: { type: 'object' } })
  })

  it('describes arguments as clients send them and output as they get it', () => {
    const schema = z.object({
      length: z
        .string()
        .transform((text) => text.length)
        .pipe(z.number()),
    })
    const { definition } = defineTool({
      ...base,
      input: schema,
      output: schema,
      run: () => ({ length: 'abc' }),
    })
    expect(definition.inputSchema).toMatchObject({ properties: { length: { type: 'string' } } })
    expect(definition.outputSchema).toMatchObject({ properties: { length: { type: 'number' } } })
  })

  it('keeps plain JSON Schema unchanged', () => {
    const input = {
      $schema: 'http://json-schema.org/draft-07/schema#',
      $defs: { name: { type: 'string' } },
      type: 'object',
      properties: { name: { $ref: '#/$defs/name' } },
    }
    expect(defineTool({ ...base, input, run: () => 'x' }).definition.inputSchema).toEqual(input)
  })

  it('never changes when the options that it was made of change', () => {
    const input = { type: 'object', properties: { a: { type: 'string' } } }
    const scopes = ['deals:write']
    const annotations = { readOnlyHint: true }
    const { definition } = defineTool({ ...base, input, scopes, annotations, run: () => 'x' })
    const before = structuredClone(definition)
    input.properties.a.type = 'number'
    scopes.push('more')
    annotations.readOnlyHint = false
    expect(definition).toEqual(before)
    expect(() => Object.assign(definition, { name: 'other' })).toThrow(TypeError)
    expect(() => Object.assign(definition.inputSchema['properties'] ?? {}, { b: {} })).toThrow(TypeError)
    expect(() => Object.assign(definition.scopes ?? [], ['x'])).toThrow(TypeError)
  })

  it('accepts schemas that are functions', async () => {
    const callable = Object.assign(() => {}, { '~standard': amount['~standard'] })
    const tool = defineTool({ ...base, input: callable, run: ({ amount: sum }) => `${sum + 1}` })
    expect(await call(tool, { amount: 1 })).toEqual({ content: [{ type: 'text', text: '2' }] })
  })
})
