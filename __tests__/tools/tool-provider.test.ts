import { type ApprovalQuestion, createToolProvider, defineTool, type Tool, type ToolApproval } from 'allv-mcp'
import { z } from 'zod'
import { callOf, contextOf, questionOf } from './call.js'

const isAdmin = ({ member }: { member: { roles?: readonly string[] } }) =>
  member.roles?.includes('admin') ?? false

function tool(name: string, over: { approval?: ToolApproval; visible?: typeof isAdmin } = {}): Tool {
  return defineTool({ name, description: `Runs ${name}.`, input: z.object({}), run: () => name, ...over })
}

describe('list', () => {
  it('gives the tools in the order of their definition, the same objects each time', async () => {
    const tools = ['z.last', 'a.first', 'm.middle'].map((name) => tool(name))
    const provider = createToolProvider(tools)
    const listed = await provider.list(contextOf())
    expect(listed.map(({ name }) => name)).toEqual(['z.last', 'a.first', 'm.middle'])
    const again = await provider.list(contextOf())
    for (const [i, definition] of again.entries()) {
      expect(definition).toBe(listed[i])
      expect(definition).toBe(tools[i]?.definition)
    }
  })

  it('gives each member what they may see, in the same order', async () => {
    const provider = createToolProvider([tool('a'), tool('secret', { visible: isAdmin }), tool('b')])
    expect((await provider.list(contextOf())).map(({ name }) => name)).toEqual(['a', 'b'])
    expect((await provider.list(contextOf(['admin']))).map(({ name }) => name)).toEqual(['a', 'secret', 'b'])
  })

  it('does not change when the list that it was made of, or a list that it gave, changes', async () => {
    const tools = [tool('a'), tool('secret', { visible: isAdmin })]
    const provider = createToolProvider(tools)
    tools.push(tool('b'))
    expect((await provider.list(contextOf())).map(({ name }) => name)).toEqual(['a'])
    const listed = await provider.list(contextOf(['admin']))
    expect(listed.map(({ name }) => name)).toEqual(['a', 'secret'])
    expect(() => Object.assign(listed, [tool('c').definition])).toThrow(TypeError)
  })
})

describe('call', () => {
  const provider = createToolProvider([tool('a'), tool('secret', { visible: isAdmin })])

  it('runs the tool of that name', async () => {
    expect(await provider.call(contextOf(), callOf('a'))).toEqual({ content: [{ type: 'text', text: 'a' }] })
    const secret = await provider.call(contextOf(['admin']), callOf('secret'))
    expect(secret).toEqual({ content: [{ type: 'text', text: 'secret' }] })
  })

  it.each(['secret', 'unknown', 'A', '__proto__', 'constructor'])(
    'throws the same error for %s, which this member does not see',
    async (name) => {
      await expect(provider.call(contextOf(), callOf(name))).rejects.toThrow(
        new TypeError(`the tool ${name} is not offered to this member`),
      )
    },
  )
})

describe('evaluate', () => {
  const verdictOf = (approval: ToolApproval | undefined) =>
    createToolProvider([tool('a', approval === undefined ? {} : { approval })]).evaluate(
      questionOf({ name: 'a' }),
    )

  it('gives the verdict of the tool: allowed unless a person must decide', async () => {
    expect(await verdictOf(undefined)).toEqual({ verdict: 'allow' })
    expect(await verdictOf('none')).toEqual({ verdict: 'allow' })
    expect(await verdictOf('operator')).toEqual({ verdict: 'operator' })
    expect(await verdictOf('member')).toEqual({ verdict: 'member' })
  })

  it('asks the tool about each call if the tool has a function', async () => {
    const byAmount = ({ arguments: { amount } }: ApprovalQuestion) =>
      Number(amount) > 1000
        ? ({ verdict: 'operator', summary: 'a large deal' } as const)
        : ({ verdict: 'allow' } as const)
    const provider = createToolProvider([tool('a', { approval: async (_, question) => byAmount(question) })])
    const ask = (amount: number) => provider.evaluate(questionOf({ name: 'a' }, { amount }))
    expect(await ask(10)).toEqual({ verdict: 'allow' })
    expect(await ask(5000)).toEqual({ verdict: 'operator', summary: 'a large deal' })
  })

  it.each([
    ['agent.update_memory', { verdict: 'allow' }],
    ['agentless', { verdict: 'deny', reason: 'this tool has no approval rule' }],
    ['deals.delete', { verdict: 'deny', reason: 'this tool has no approval rule' }],
    ['constructor', { verdict: 'deny', reason: 'this tool has no approval rule' }],
  ])('denies %s, which is not its own, except built-in tools', async (name, verdict) => {
    expect(await createToolProvider([tool('a')]).evaluate(questionOf({ name }))).toEqual(verdict)
  })

  it('asks the fallback about tools of others, and itself about its own', async () => {
    const asked: string[] = []
    const provider = createToolProvider([tool('a', { approval: 'member' })], {
      fallback: (question) => {
        asked.push(question.tool.name)
        return { verdict: 'operator' }
      },
    })
    for (const name of ['agent.update_memory', 'deals.delete'])
      expect(await provider.evaluate(questionOf({ name }))).toEqual({ verdict: 'operator' })
    expect(await provider.evaluate(questionOf({ name: 'a' }))).toEqual({ verdict: 'member' })
    expect(asked).toEqual(['agent.update_memory', 'deals.delete'])
  })
})

it('refuses two tools of the same name, and unknown options', () => {
  expect(() => createToolProvider([tool('a'), tool('b'), tool('a')])).toThrow(
    new TypeError('two tools are named a; give each its own name'),
  )
  const [one, other] = [tool('a'), tool('b')]
  expect(() => createToolProvider(one as never, other as never)).toThrow(
    'createToolProvider needs a list of tools: createToolProvider([defineTool({ … })])',
  )
  expect(() => createToolProvider([], { fallbck: () => ({ verdict: 'allow' }) } as never)).toThrow(
    /unknown option "fallbck" of a tool provider; the options are fallback/,
  )
})
