/** A browser for tests and CI: follows redirects, keeps cookies, and fills in the forms of the sign-in. */

export interface Person {
  readonly email: string
  readonly password: string
  /** The id of the workspace to choose, where there is a choice. */
  readonly workspace?: string
}

export interface ScriptedBrowser {
  /** Goes where a client sends a person, and gives the address that it was led back to, which it does not visit. */
  visit(authorizationUrl: URL, redirectUri: string): Promise<URL>
  /** One request with its cookies, without following where it leads. */
  load(url: URL, form: URLSearchParams | null): Promise<Response>
  /** The pages that it was shown, as HTML. */
  readonly pages: readonly string[]
}

const MOST_STEPS = 20

export function createScriptedBrowser(person: Person): ScriptedBrowser {
  const cookies = new Map<string, string>()
  const pages: string[] = []
  const load = async (url: URL, form: URLSearchParams | null) => {
    const cookie = [...cookies].map((pair) => pair.join('=')).join('; ')
    const init = form === null ? {} : { method: 'POST', body: form }
    const response = await fetch(url, { ...init, redirect: 'manual', headers: { cookie } })
    keepCookies(cookies, response)
    return response
  }
  return {
    pages,
    load,
    async visit(authorizationUrl, redirectUri) {
      let url = authorizationUrl
      let form: URLSearchParams | null = null
      for (let step = 0; step < MOST_STEPS; step += 1) {
        if (url.href.startsWith(redirectUri)) return url
        const response: Response = await load(url, form)
        const location = response.headers.get('location')
        const text = await response.text()
        if (location === null) pages.push(text)
        const filled: Filled | null = location === null ? fillIn(text, person) : null
        if (location === null && (filled === null || response.status >= 400))
          throw new Error(`the sign-in ended at a page (${response.status}): ${inWords(text)}`)
        form = filled?.fields ?? null
        url = new URL(location ?? filled?.action ?? '', url)
      }
      throw new Error('the sign-in leads in a circle')
    },
  }
}

function keepCookies(cookies: Map<string, string>, response: Response): void {
  for (const line of response.headers.getSetCookie()) {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
    if (value === '') cookies.delete(name)
    else cookies.set(name, value)
  }
}

interface Filled {
  readonly action: string
  readonly fields: URLSearchParams
}

/** The first form of a page. `null`: it has none. */
function fillIn(page: string, person: Person): Filled | null {
  const [, action, content = ''] = /<form[^>]* action="([^"]*)"[^>]*>(.*?)<\/form>/s.exec(page) ?? []
  if (action === undefined) return null
  const fields = new URLSearchParams()
  for (const [input] of content.matchAll(/<input[^>]*>/g)) {
    const name = /name="([^"]*)"/.exec(input)?.[1] ?? ''
    const given = name === 'email' || name === 'password' || name === 'workspace' ? person[name] : undefined
    fields.set(name, given ?? /value="([^"]*)"/.exec(input)?.[1] ?? '')
  }
  return { action, fields }
}

function inWords(page: string): string {
  return page
    .replace(/<(style|script).*?<\/\1>/gs, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .slice(0, 300)
}
