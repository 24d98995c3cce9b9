/** Reads single options. Each function returns the value for the configuration, or throws a TypeError that names the mistake and the fix. */

/** Reads the option `publicUrl`. */
export function readPublicUrl(value: string | undefined): URL | null {
  if (value === undefined) return null
  const url = URL.canParse(value) ? new URL(value) : null
  if (url === null || !/^https?:$/.test(url.protocol) || url.search !== '' || url.hash !== '') {
    throw new TypeError(
      'option publicUrl must be an absolute http(s) URL without query, such as "https://agent.example.com/api"',
    )
  }
  return url
}

/** Reads the option `secret`. An empty list means a random secret for each process. */
export function readSecrets(value: string | readonly string[] | undefined): readonly string[] {
  if (value === undefined) return []
  const secrets = typeof value === 'string' ? [value] : value
  if (
    !Array.isArray(secrets) ||
    secrets.length === 0 ||
    secrets.some((secret) => typeof secret !== 'string' || secret.length < 32)
  ) {
    throw new TypeError(
      'option secret must be a string of at least 32 characters, or a list of them; make one with "openssl rand -hex 32"',
    )
  }
  return Object.freeze([...secrets])
}

/** Browsers send the host of these schemes in lower case. Other app shells send it as it was registered. */
const LOWER_CASE_SCHEMES = /^(?:chrome-extension|moz-extension):/
/** The origin of an extension or an app shell: scheme, host and an optional port. `new URL` has no origin for these. */
const SHELL_ORIGIN = /^(?!https?:|wss?:|ftp:|file:)[a-z][a-z0-9+.-]*:\/\/[A-Za-z0-9._~-]+(?::[0-9]{1,5})?$/
/** What pages without an origin send: sandboxed pages, and files in some app shells. */
const NO_ORIGIN: ReadonlySet<string> = new Set(['null', 'file://'])

/** Reads the option `allowedOrigins`. */
export function readOrigins(origins: readonly string[]): ReadonlySet<string> {
  if (!Array.isArray(origins)) throw new TypeError('option allowedOrigins must be a list of origins')
  for (const origin of origins) {
    if (!isOrigin(origin)) {
      throw new TypeError(
        `option allowedOrigins holds ${JSON.stringify(origin)}; write each origin as browsers send it, such as "https://app.example.com" or "chrome-extension://<id>": in lower case, without path or wildcard, without a slash at the end, user or default port`,
      )
    }
  }
  return new Set(origins)
}

function isOrigin(origin: unknown): boolean {
  if (typeof origin !== 'string' || origin.includes('*')) return false
  if (NO_ORIGIN.has(origin)) return true
  if (SHELL_ORIGIN.test(origin)) return !LOWER_CASE_SCHEMES.test(origin) || origin === origin.toLowerCase()
  return URL.canParse(origin) && new URL(origin).origin === origin
}

/** Reads an option that is a non-empty string. */
export function text(name: string, value: string): string {
  if (typeof value !== 'string' || value === '')
    throw new TypeError(`option ${name} must be a non-empty string`)
  return value
}

/** Reads an option that is a whole number from `least` to `most`. */
export function count(name: string, value: number, least: number, most = Number.MAX_SAFE_INTEGER): number {
  if (!Number.isSafeInteger(value) || value < least || value > most) {
    throw new TypeError(`option ${name} must be a whole number from ${least} to ${most}`)
  }
  return value
}
