import { AS_MARIA, PATH } from '../../support/examined.js'
import { type Fault, page, startProxy, without } from '../../support/faulty-proxy.js'
import { listen } from '../../support/http.js'
import { runCli } from '../../support/terminal.js'
import { createWorld } from '../../support/world.js'

/** The exit code says how an examination ended. */

const KEY = { env: { ALLV_API_KEY: AS_MARIA.key } }
/** Without what a busy machine can fail. */
const MEMBER = ['--member', 'maria@acme.test', '--only', 'inputs,reach,http,access,tools']

async function codeFor(fault: Fault, argv: readonly string[]) {
  const running = await listen(createWorld())
  const proxy = await startProxy(running.port, fault)
  const ran = await runCli(['doctor', `${proxy.origin}${PATH}`, ...argv], KEY)
  proxy.close()
  await running.close()
  return ran
}

const weak: Fault = { headers: (headers) => without(headers, /^x-api-key$/) }
const broken: Fault = { instead: (_, res) => page(res, 403, '<html>no</html>') }

it.each<readonly [string, Fault, readonly string[], number]>([
  ['nothing is wrong', {}, MEMBER, 0],
  ['nothing is wrong, and warnings count', {}, [...MEMBER, '--strict'], 0],
  ['something warns', weak, MEMBER, 0],
  ['something warns, and warnings count', weak, [...MEMBER, '--strict'], 1],
  ['something fails', broken, MEMBER, 1],
  ['something fails that was not asked about', broken, ['--only', 'reach'], 0],
  ['the host ends every connection', { instead: ({ req }) => !!req.socket.destroy() }, MEMBER, 3],
])('is right where %s', async (_, fault, argv, code) => {
  const ran = await codeFor(fault, argv)
  expect([ran.code, ran.err]).toEqual([code, ''])
})

it.each([
  ['nothing listens', 'http://127.0.0.1:9/mcp'],
  ['DNS does not know the name', 'https://doctor.invalid/mcp'],
])('is 3 where %s', async (_, url) => {
  expect((await runCli(['doctor', url])).code).toBe(3)
})

const A = 'https://a.test/mcp'

it.each<readonly [readonly string[], RegExp]>([
  [[], /^URL is missing/],
  [[''], /^URL must be the whole address/],
  [['a.test/mcp'], /^URL must be the whole address/],
  [['localhost:3000/mcp'], /^URL must be the whole address/],
  [['file:///etc/passwd'], /^URL must be the whole address/],
  [['https://u:p@a.test/mcp'], /^URL must not contain a user name/],
  [[A, 'more'], /^only one URL is taken/],
  [[A, '--nonsense'], /Unknown option '--nonsense'/],
  [[A, '--key-env', 'NOT_SET'], /^the environment variable of --key-env is not set/],
  [[A, '--key-env', '__proto__x'], /^the environment variable of --key-env is not set/],
  [[A, '--key-file', '/nowhere/at/all'], /^the file of --key-file cannot be read/],
  [[A, '--ca', '/nowhere/at/all'], /^the file of --ca cannot be read/],
  [[A, '--key', 'a', '--key-env', 'B'], /^give the key once/],
  [[A, '--timeout', '0'], /^--timeout must be a whole number from 1 to 600/],
  [[A, '--timeout', '1.5'], /^--timeout must be a whole number/],
  [[A, '--idle', 'x'], /^--idle must be a whole number/],
  [[A, '--only', 'nonsense'], /^--only: there is no check "nonsense"/],
  [[A, '--only', ''], /^--only: there is no check ""/],
  [[A, '--only', 'http.mount,'], /^--only: there is no check ""/],
  [[A, '--only', 'toString'], /^--only: there is no check "toString"/],
  [[A, '--origin', 'app.test'], /^--origin must be an origin/],
  [[A, '--origin', 'https://app.test/path'], /^--origin must be an origin/],
  [[A, '--origin', 'null'], /^--origin must be an origin/],
  [[A, '--arguments', '{}'], /^--arguments and --yes need --tool/],
  [[A, '--yes'], /^--arguments and --yes need --tool/],
  [[A, '--tool', 't', '--arguments', '{'], /^--arguments is not valid JSON/],
  [[A, '--tool', 't', '--arguments', '[]'], /^--arguments must be a JSON object/],
])('is 2 for the command line %j', async (argv, message) => {
  const { code, out, err } = await runCli(['doctor', ...argv])
  expect([code, out]).toEqual([2, ''])
  expect(err).toMatch(message)
  expect(err).toMatch(/allv-mcp doctor --help shows what it takes\.\n$/)
})

it('takes the origins of browser extensions', async () => {
  const { code } = await runCli(['doctor', 'http://127.0.0.1:9/mcp', '--origin', 'chrome-extension://abcdef'])
  expect(code).toBe(3)
})

it('explains itself', async () => {
  const { code, out } = await runCli(['doctor', '--help'])
  expect(code).toBe(0)
  expect(out).toMatch(/^Usage: allv-mcp doctor URL/)
  const { out: all } = await runCli([])
  expect(all).toMatch(/doctor +examines an MCP endpoint/)
})
