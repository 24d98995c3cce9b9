import { type Example, startExample } from './example.js'

/** The pages between a client and its tokens: what a person can do there, and what a hostile client cannot. */

const BACK = 'http://127.0.0.1:9/callback'
let example: Example
beforeAll(async () => {
  example = await startExample()
})
afterAll(() => example.close())

async function register(over: object = {}): Promise<{ readonly status: number; readonly id: string }> {
  const response = await fetch(`${example.issuer}/reg`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ redirect_uris: [BACK], token_endpoint_auth_method: 'none', ...over }),
  })
  const { client_id: id = '' } = (await response.json()) as { readonly client_id?: string }
  return { status: response.status, id }
}

function address(clientId: string, over: Readonly<Record<string, string>> = {}): URL {
  const url = new URL(`${example.issuer}/auth`)
  url.search = new URLSearchParams({
    client_id: clientId,
    response_type: 'code',
    redirect_uri: BACK,
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
    resource: example.endpoint(),
    scope: 'crm.read',
    ...over,
  }).toString()
  return url
}

/** Follows redirects until a page is shown. */
async function pageAt(
  browser: ReturnType<Example['browser']>,
  url: URL,
  form: URLSearchParams | null = null,
) {
  const response = await browser.load(url, form)
  const location = response.headers.get('location')
  if (location !== null) return pageAt(browser, new URL(location, url))
  return { url, status: response.status, headers: response.headers, text: await response.text() }
}

const signInForm = (email: string, password = 'itsme') => new URLSearchParams({ email, password })

it('shows again to a wrong password who was meant, and signs nobody in', async () => {
  const browser = example.browser()
  const { url } = await pageAt(browser, address((await register()).id))
  for (const [email, password] of [
    ['maria@acme.test', 'wrong'],
    ['nobody@acme.test', 'itsme'],
    ['ivan@acme.test', 'itsme'],
  ] as const) {
    const again = await pageAt(browser, new URL(`${url}/sign-in`), signInForm(email, password))
    expect([again.status, again.text.includes('do not fit'), again.text.includes(email)]).toEqual([
      401,
      true,
      true,
    ])
  }
})

it('lets a person sign in as somebody else, from the consent page', async () => {
  const browser = example.browser()
  const { url } = await pageAt(browser, address((await register()).id))
  const consent = await pageAt(browser, new URL(`${url}/sign-in`), signInForm('omar@acme.test'))
  expect(consent.text).toContain('omar@acme.test')
  const other = await pageAt(browser, new URL(`${consent.url}?as=another`))
  expect(other.text).toContain('name="password"')
  const after = await browser.load(new URL(`${consent.url}/sign-in`), signInForm('maria@acme.test'))
  const resumed = new URL(after.headers.get('location') ?? '', consent.url)
  // The provider ends the session of the first person by a form that sends itself.
  const leaving = await pageAt(browser, resumed)
  const action = /action="([^"]*)"/.exec(leaving.text)?.[1] ?? ''
  const fields = [...leaving.text.matchAll(/name="([^"]*)" value="([^"]*)"/g)]
  const form = new URLSearchParams(fields.map(([, name = '', value = '']): [string, string] => [name, value]))
  const consentAgain = await pageAt(browser, new URL(action, leaving.url), form)
  expect(consentAgain.text).toContain('maria@acme.test')
  expect(consentAgain.text).not.toContain('omar@acme.test')
})

it('shows what a client says of itself as text, in a page that runs nothing and is never in a frame', async () => {
  const { id } = await register({ client_name: '<img src=x onerror=alert(1)>"' })
  const browser = example.browser()
  const { url } = await pageAt(browser, address(id))
  const { text, headers } = await pageAt(browser, new URL(`${url}/sign-in`), signInForm('maria@acme.test'))
  expect(text).toContain('&lt;img src=x onerror=alert(1)&gt;')
  expect(text).not.toContain('<img')
  expect(headers.get('content-security-policy')).toMatch(/default-src 'none'.*frame-ancestors 'none'/)
  expect(headers.get('x-frame-options')).toBe('DENY')
})

it.each([
  'javascript:alert(1)',
  'data:text/html,hello',
  'http://evil.example/callback',
  'https://evil.example/callback#fragment',
  'not an address',
])('refuses a registration that leads to %s', async (uri) => {
  expect((await register({ redirect_uris: [uri] })).status).toBe(400)
})

it('gives nobody a grant whose consent page somebody else opened, nor for a workspace of others', async () => {
  const browser = example.browser()
  const { url } = await pageAt(browser, address((await register()).id))
  const consent = await pageAt(browser, new URL(`${url}/sign-in`), signInForm('maria@acme.test'))
  const yes = new URLSearchParams({ workspace: 'ws_acme' })
  expect((await pageAt(example.browser(), new URL(`${consent.url}/consent`), yes)).status).toBe(400)
  const foreign = new URLSearchParams({ workspace: 'ws_globex' })
  const refused = await pageAt(browser, new URL(`${consent.url}/consent`), foreign)
  expect([refused.status, refused.text.includes('you are not in this workspace')]).toEqual([400, true])
})
