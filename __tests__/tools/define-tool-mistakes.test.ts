import { defineTool } from 'allv-mcp'
import { z } from 'zod'

const base = { name: 'deals.create', description: 'Creates a deal.' }
const amount = z.object({ amount: z.number() })

describe('a mistake', () => {
  const standard = { version: 1, vendor: 'mine', validate: (value: unknown) => ({ value }) }
  const mistakes: readonly [string, object, RegExp][] = [
    [
      'an unknown option',
      { aproval: 'operator' },
      /unknown option "aproval" of a tool; the options are name, /,
    ],
    ['no name', { name: undefined }, /the tool name undefined must be 1 to 128/],
    ['an empty name', { name: '' }, /must be 1 to 128/],
    ['a name with a space', { name: 'deals create' }, /"deals create" must be 1 to 128/],
    ['a name with a line break at its end', { name: 'deals\n' }, /must be 1 to 128/],
    ['a name of 129 letters', { name: 'a'.repeat(129) }, /must be 1 to 128/],
    ['no description', { description: '' }, /needs a description/],
    ['a title that is no text', { title: 5 }, /title of the tool/],
    ['no run', { run: undefined }, /needs a function run/],
    ['a visible that is no function', { visible: true }, /visible of the tool/],
    [
      'an approval nobody can give',
      { approval: 'operater' },
      /approval of the tool deals.create must be 'none'/,
    ],
    ['a time limit of zero', { timeoutMs: 0 }, /timeoutMs of the tool/],
    ['a time limit in parts', { timeoutMs: 1.5 }, /timeoutMs of the tool/],
    ['a time limit no timer holds', { timeoutMs: 2 ** 31 }, /timeoutMs of the tool/],
    ['scopes that are one text', { scopes: 'deals:write' }, /scopes of the tool/],
    ['no input', { input: undefined }, /the input of the tool deals.create is no schema; pass/],
    ['an input of another type', { input: z.string() }, /must describe an object .*; wrap it in one/],
    ['a union for input', { input: z.union([amount, amount]) }, /must describe an object/],
    ['plain JSON Schema without a type', { input: {} }, /must describe an object/],
    [
      'an output that is a list',
      { output: z.array(amount) },
      /the output of the tool deals.create must describe/,
    ],
    [
      'fields without an object around them',
      { input: { amount: z.number(), title: z.string() } },
      /the input of the tool deals.create is a list of fields; put an object around it, such as z.object\(\{ amount, title \}\)/,
    ],
    [
      'a date in the input',
      { input: z.object({ at: z.date() }) },
      /JSON Schema cannot say .*; take a text and transform it, such as z.iso.datetime\(\).transform\(/,
    ],
    [
      'a date in the output',
      { output: z.object({ at: z.date() }) },
      /JSON Schema cannot say .*; return a text, such as z.iso.datetime\(\) and date.toISOString\(\)/,
    ],
    [
      'a schema without JSON Schema',
      { input: { '~standard': standard } },
      /use zod 4.2 or later, or pass plain JSON/,
    ],
    [
      'a schema that cannot validate',
      { input: { '~standard': { ...amount['~standard'], validate: undefined } } },
      /cannot validate/,
    ],
  ]
  it.each(mistakes)('is named at once: %s', (_, wrong, message) => {
    const options = { ...base, input: amount, run: () => 'x', ...wrong }
    expect(() => defineTool(options as never)).toThrow(TypeError)
    expect(() => defineTool(options as never)).toThrow(message)
  })

  it('keeps its cause', () => {
    const input = z.object({ at: z.bigint() })
    expect(() => defineTool({ ...base, input, run: () => 'x' })).toThrow(
      expect.objectContaining({ cause: expect.any(Error) }),
    )
  })
})
