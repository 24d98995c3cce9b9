import { AS_MARIA, PATH } from '../../support/examined.js'
import { type Fault, page, startProxy } from '../../support/faulty-proxy.js'
import { listen } from '../../support/http.js'
import { runCli } from '../../support/terminal.js'
import { createWorld } from '../../support/world.js'

/** The report for people. */

async function printed(fault: Fault, argv: readonly string[] = [], colours = false) {
  const running = await listen(createWorld())
  const proxy = await startProxy(running.port, fault)
  const args = ['doctor', `${proxy.origin}${PATH}`, '--member', 'maria@acme.test', ...argv]
  const { out } = await runCli(args, { env: { ALLV_API_KEY: AS_MARIA.key }, colours })
  proxy.close()
  await running.close()
  return out
}

const walled: Fault = { instead: (_, res) => page(res, 403, '<html><title>Just a moment...</title></html>') }

it('is one line for each group in which all is well', async () => {
  const out = await printed({}, ['--only', 'http'])
  expect(out).toMatch(
    /^Examining http:\/\/127\S+ with the key … ?\S* as maria@acme\.test\n\n✓ What you gave: 1 passed\n✓ Connection: 2 passed, 1 not checked\n✓ HTTP: 8 passed\n\n11 passed, 0 warnings, 0 failed, 1 not checked\. -v says why something was not checked\.\n$/,
  )
})

it('shows what was seen, what was expected and the cure, and where to begin', async () => {
  const out = await printed(walled)
  expect(out).toMatch(
    / {4}✗ http\.wall \(checks that no bot check and no firewall answers in place of the app\)\n {8}seen: {5}a page of a bot check.*\n {8}expected: an MCP answer\n {8}cure: {5}Exempt the path/,
  )
  expect(out).toMatch(/1 failed, \d+ not checked\. Begin with http\.wall\.\n$/)
})

it('says of each check that was not judged why, where details are asked for', async () => {
  const out = await printed(walled, ['-v'])
  expect(out).toMatch(/^ {4}- http\.mount: needs http\.wall$/m)
  expect(out).toMatch(/^ {4}- tools\.list: needs http\.wall$/m)
  expect(out).toMatch(/^ {4}✓ reach\.dns: 127\.0\.0\.1 is an address$/m)
})

it('has colours on a terminal only', async () => {
  const colour = '\u001b[31m✗\u001b[39m'
  expect(await printed(walled, [], true)).toContain(colour)
  expect(await printed(walled, [])).not.toContain('\u001b')
})

it('writes out the control characters of a server, also in JSON', async () => {
  const evil = '\u001b]0;owned\u0007\u001b[2J \u202e\u0000'
  const fault: Fault = {
    answerBody: (body) => body.replace(/"message":"[^"]*"/, `"message":${JSON.stringify(evil)}`),
  }
  const options = ['-v', '--json'] as const
  for (const option of options) {
    const out = await printed(
      { ...fault, headers: (headers) => ({ ...headers, 'x-allv-user-email': 'nobody@acme.test' }) },
      [option],
    )
    expect(out).toContain('owned')
    expect(out.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u)
  }
})
