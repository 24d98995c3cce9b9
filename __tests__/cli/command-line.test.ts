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
