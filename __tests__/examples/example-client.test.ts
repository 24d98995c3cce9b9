import type { ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { answered, type Environment, freePort, outputOf, run, start, stopped } from '../support/processes.js'

/** Real processes: what `npm start` and `npm run example:client` run, after their build. */

const HOST = '.build/examples/host/main.js'
const CLIENT = '.build/examples/node-client/main.js'
const folder = mkdtempSync(join(tmpdir(), 'allv-mcp-example-client-'))
const PASSWORD = 'letmein'

let host: ChildProcess
let settings: Environment

beforeAll(async () => {
  settings = {
    PORT: String(await freePort()),
    ALLV_DEMO_FOLDER: folder,
    ALLV_DEMO_OPERATOR_PASSWORD: PASSWORD,
  }
  host = start(HOST, settings)
  await answered(`http://127.0.0.1:${settings['PORT']}/healthz`)
})
afterAll(async () => {
  expect(await stopped(host)).toBe(0)
  rmSync(folder, { recursive: true, force: true })
})

it('runs to the end with --auto, and says that it decides by itself', async () => {
  const { code, output } = await run(CLIENT, settings, ['--auto'])
  expect(output).toMatch(/--auto: this program signs in as the operator and approves it\./)
  expect(output).toMatch(
    /Approved\. The call ran, and the deal is gone\.\nThe same call again ran nothing.*\nAll done\.\n$/,
  )
  expect(code).toBe(0)
})

describe('without --auto', () => {
  it.each<[string, Record<string, string>, number, RegExp]>([
    ['approves', { decision: 'approve' }, 0, /the deal is gone\.\n.*\nAll done\.\n$/],
    [
      'denies',
      { decision: 'deny', reason: 'not today' },
      1,
      /Stopped: The deletion was denied, and nothing was deleted \(APPROVAL_DENIED: .*not today\)\.\n$/,
    ],
  ])('waits for a person, who %s', async (_, decision, code, ending) => {
    const client = startClient()
    const page = await client.addressOfApproval()
    expect(client.output()).toMatch(
      /This program waits\.[\s\S]*Sign in {2}as "operator"[\s\S]*Decide {3}until \S/,
    )
    expect(client.output()).not.toContain(PASSWORD)
    expect((await openPage(page)).text).toContain('Jet-propelled unicycle')
    expect(await submit(page, decision)).toBe(303)
    expect(await client.ended).toBe(code)
    expect(client.output()).toMatch(ending)
  })

  it('leaves the approval open when it is stopped', async () => {
    const client = startClient()
    const page = await client.addressOfApproval()
    client.process.kill('SIGINT')
    await client.ended
    const { approval } = JSON.parse((await openPage(page, 'application/json')).text)
    expect(approval.state).toBe('pending')
  })

  it('says that nobody has decided in time', async () => {
    const other = { PORT: String(await freePort()), ALLV_DEMO_FOLDER: join(folder, 'short') }
    const short = start(HOST, { ...other, ALLV_DEMO_APPROVAL_SECONDS: '1' })
    try {
      await answered(`http://127.0.0.1:${other.PORT}/healthz`)
      const { code, output } = await run(CLIENT, other)
      expect(output).toMatch(
        /Stopped: Nobody decided in time, and nothing was deleted \(APPROVAL_EXPIRED: .*\)\.\n$/,
      )
      expect(code).toBe(1)
    } finally {
      await stopped(short)
    }
  })
})

it.each<[string, RegExp, () => Environment | Promise<Environment>, string[]]>([
  [
    'no key is kept',
    /there is no key in .*nowhere; run "npm start" first/,
    () => ({ ALLV_DEMO_FOLDER: join(folder, 'nowhere') }),
    [],
  ],
  [
    'no host runs',
    /nothing answers at http.*Is "npm start" running, with the same PORT\?/,
    async () => ({ PORT: String(await freePort()) }),
    [],
  ],
  ['PORT is none', /PORT must be a number from 1 to 65535/, () => ({ PORT: 'http' }), []],
  [
    'the key is wrong',
    /the host does not know this key\..*\(UNAUTHENTICATED\)/,
    () => ({ ALLV_DEMO_API_KEY: 'sk_wrong' }),
    [],
  ],
  [
    'the member is inactive',
    /the host does not let this member in\..*\(MEMBER_NOT_ALLOWED\)/,
    () => ({ ALLV_MEMBER_EMAIL: 'ivan@acme.test' }),
    [],
  ],
  [
    "the operator's password is wrong",
    /the operator may not sign in\. Set ALLV_DEMO_OPERATOR_PASSWORD/,
    () => ({ ALLV_DEMO_OPERATOR_PASSWORD: 'wrong' }),
    ['--auto'],
  ],
  ['an argument is unknown', /unknown argument in "--atuo"/, () => ({}), ['--atuo']],
])('stops with a sentence when %s', async (_, sentence, over, args) => {
  const { code, output } = await run(CLIENT, { ...settings, ...(await over()) }, args)
  expect([code, output]).toEqual([1, expect.stringMatching(sentence)])
  expect(output).toMatch(/^Stopped: /m)
  expect(output).not.toContain('    at ')
})

function startClient() {
  const process = start(CLIENT, settings)
  const output = outputOf(process)
  const ended = new Promise<number | null>((resolve) => process.once('close', resolve))
  const addressOfApproval = async () => {
    const over = ended.then(() => {
      throw new Error(`the client ended before it waited:\n${output.text()}`)
    })
    const [, address = ''] = await Promise.race([output.match(/Open +(http\S+)/), over])
    return address
  }
  return { process, output: output.text, ended, addressOfApproval }
}

const operator = { authorization: `Basic ${Buffer.from(`operator:${PASSWORD}`).toString('base64')}` }

async function openPage(page: string, accept = 'text/html') {
  const response = await fetch(page, { headers: { ...operator, accept } })
  return { status: response.status, text: await response.text() }
}

/** As a browser sends the form of the page. */
async function submit(page: string, fields: Record<string, string>): Promise<number> {
  const headers = { ...operator, 'sec-fetch-site': 'same-origin' }
  const body = new URLSearchParams({ reason: '', ...fields })
  return (await fetch(page, { method: 'POST', headers, body, redirect: 'manual' })).status
}
