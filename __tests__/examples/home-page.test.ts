import { createSalesHost, keys } from '../support/sales-host.js'

/** The home page: read as text, since it must work without its script. */

const { pool, agent } = await createSalesHost()
afterAll(() => pool.close())

const ENDPOINT = 'https://sales.example.com/api/workspaces/ws_acme/mcp'
const home = await agent().get('/')
const attributes = (name: string) =>
  [...home.text.matchAll(new RegExp(` ${name}="([^"]*)"`, 'g'))].map(([, value = '']) => plain(value))
const plain = (markup: string) =>
  markup
    .replace(/<[^>]*>/g, '')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
const textOf = (id: string) =>
  plain(new RegExp(`<code id="${id}">([\\s\\S]*?)</code>`).exec(home.text)?.[1] ?? '')

it('says what this is, where the endpoint is, and what to try', () => {
  expect(plain(home.text)).toContain('A sales app that AI clients can work in.')
  expect(textOf('endpoint')).toBe(ENDPOINT)
  expect(textOf('client')).toBe('npm run example:client')
  expect(attributes('href')).toEqual(
    expect.arrayContaining(['#connect', '/deals', '/contacts', '/approvals']),
  )
  for (const text of ['ws_acme', 'ws_globex', 'ada@acme.test (admin)', 'lin@globex.test'])
    expect(plain(home.text)).toContain(text)
  expect(plain(home.text)).not.toContain('ivan@acme.test')
})

it('shows a first call that is answered at once', async () => {
  const curl = textOf('curl')
  const headers = Object.fromEntries(
    [...curl.matchAll(/-H "([^:]+): ([^"]+)"/g)].map(([, name = '', value = '']) => [
      name,
      value.replace('$ALLV_API_KEY', keys.ws_acme),
    ]),
  )
  expect(curl).toContain(`curl ${ENDPOINT} `)
  const answer = await agent()
    .post(new URL(ENDPOINT).pathname)
    .set(headers)
    .send(/-d '(.*)'$/.exec(curl)?.[1])
  expect(answer.body.result.structuredContent.deals).toEqual([
    expect.objectContaining({ title: 'Giant magnet' }),
  ])
})

it('contains no key and no password', () => {
  expect(home.text).not.toMatch(/sk_test|sk_live|letmein|itsme/)
  const links = attributes('href').filter((href) => !/^[/#]|^data:/.test(href))
  expect(links.length).toBeGreaterThanOrEqual(3)
  for (const link of links) {
    expect(new URL(link).protocol).toBe('https:')
    expect(decoded(link)).toContain(ENDPOINT)
    expect(decoded(link)).not.toMatch(/sk_|YOUR_/)
  }
})

it('has a tab for each client, which a rule of the stylesheet shows, and the texts to paste', async () => {
  const { text: css } = await agent().get('/style.css')
  const tabs = attributes('value')
  expect(tabs).toEqual(expect.arrayContaining(['cursor', 'vscode', 'claude-code', 'claude-desktop', 'codex']))
  for (const id of tabs) {
    expect(css).toContain(`.clients:has([value="${id}"]:checked) .client.${id}`)
    expect(home.text).toContain(`<section class="client ${id}"`)
    expect(textOf(`${id}-file`)).toContain(ENDPOINT)
  }
  expect(home.text.match(/ checked>/g)).toHaveLength(1)
  expect(JSON.parse(textOf('cursor-file')).mcpServers.sales).toEqual({
    url: ENDPOINT,
    headers: {
      Authorization: expect.stringMatching(/^Bearer \$\{env:ALLV_API_KEY\}$/),
      'x-allv-user-email': 'maria@acme.test',
    },
  })
})

it("shows the paths of the visitor's system", async () => {
  const seenBy = async (userAgent: string) => (await agent().get('/').set('user-agent', userAgent)).text
  expect(await seenBy('Mozilla/5.0 (Windows NT 10.0; Win64; x64)')).toContain('%USERPROFILE%')
  expect(await seenBy('Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)')).toContain(
    'Library/Application Support',
  )
  expect(await seenBy('Mozilla/5.0 (X11; Linux x86_64)')).toContain('~/.config/')
})

it('copies what stands beside each button, with one script of its own and no other', async () => {
  const targets = attributes('data-copy')
  expect(targets.length).toBeGreaterThan(10)
  expect(new Set(targets).size).toBe(targets.length)
  const ids = attributes('id')
  expect(new Set(ids).size).toBe(ids.length)
  expect(targets.filter((id) => !ids.includes(id))).toEqual([])
  expect(home.text.match(/<script[^>]*>/g)).toEqual(['<script src="/copy.js" defer>'])
  expect(home.text).not.toMatch(/ style=| on[a-z]+=/)
  const policy = home.headers['content-security-policy']
  expect(policy).toMatch(
    /^default-src 'none'; script-src 'self'; require-trusted-types-for 'script'; style-src 'self';/,
  )
  const script = await agent().get('/copy.js')
  expect([script.type, script.text]).toEqual([
    'text/javascript',
    expect.stringContaining('navigator.clipboard'),
  ])
})

it('lets no other page run a script', async () => {
  for (const path of ['/deals', '/contacts']) {
    const { headers, text } = await agent().get(path)
    expect(headers['content-security-policy']).toMatch(
      /^default-src 'none'; style-src 'self';.*frame-ancestors 'none'$/,
    )
    expect(headers['content-security-policy']).not.toContain('script-src')
    expect(text).not.toContain('<script')
  }
})

/** A link, with all that is encoded in it. */
function decoded(link: string): string {
  const { searchParams } = new URL(link)
  return [...searchParams.values()]
    .map((value) => `${value} ${Buffer.from(value, 'base64').toString()}`)
    .join(' ')
}
