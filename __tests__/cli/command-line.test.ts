import { runCli } from '../support/terminal.js'

/** What holds for every command. */

it.each([[[]], [['--help']], [['-h']], [['help']]])('lists its commands for %j', async (argv) => {
  const { code, out, err } = await runCli(argv)
  expect([code, err]).toEqual([0, ''])
  expect(out).toMatch(/^Usage: allv-mcp COMMAND/)
})

it('says its version', async () => {
  expect(await runCli(['--version'])).toEqual({ code: 0, out: '1.2.3\n', err: '' })
})

it.each(['nonsense', 'toString', '__proto__', '', '--nonsense'])(
  'refuses %j with exit code 2',
  async (name) => {
    const { code, out, err } = await runCli([name])
    expect([code, out]).toEqual([2, ''])
    expect(err).toContain(`There is no command ${JSON.stringify(name)}.`)
  },
)

it.each([
  [['keys', 'revoke', 'key_1', '--workspace', 'ws_a', '--workspace=ws_b'], '--workspace'],
  [['keys', 'create', '--name', 'a', '--name', 'a'], '--name'],
  [['migrate', '--schema', 'a', '--schema', 'b'], '--schema'],
  [['doctor', 'https://acme.test/', '--key-env', 'A', '--key-env', 'B'], '--key-env'],
])('refuses an option that is given twice: %j', async (argv, option) => {
  const { code, out, err } = await runCli(argv)
  expect([code, out]).toEqual([2, ''])
  expect(err).toContain(`${option} is given twice; give it once\n`)
})

it('lets no text of an error steer the terminal', async () => {
  const { code, err } = await runCli(['migrate', '\u001b]0;x\u0007\u202e'])
  expect([code, err]).toEqual([
    2,
    expect.stringContaining('unexpected argument: \\u001b]0;x\\u0007\\u202e\n'),
  ])
})
