/** Removes the API key from every text that comes from the server or goes into a report. */

/** Characters. A shorter key shows none of its characters, and is too common a word to be searched for. */
const LEAST_TO_SEARCH = 6
const LEAST_TO_SHOW = 12
/** The prefix of a key of allv-mcp has 8 characters. It may be shown, and a few more. */
const LEAST_PART = 16

/** What a report calls a key: its last four characters at most. */
export function keyName(key: string): string {
  return key.length >= LEAST_TO_SHOW ? `…${key.slice(-4)}` : '…'
}

/** A function that replaces `key` in each of the forms in which a server may repeat it. */
export function createRedaction(key: string | null): (text: string) => string {
  const trimmed = key?.trim() ?? ''
  if (key === null || trimmed.length < LEAST_TO_SEARCH) return (text) => text
  const bare = trimmed.replace(/^bearer\s+/i, '')
  const forms = [...new Set([key, trimmed, bare].flatMap(formsOf))]
    .filter(({ length }) => length >= LEAST_TO_SEARCH)
    .sort((a, b) => b.length - a.length)
  const name = keyName(bare)
  return (text) =>
    withoutParts(
      forms.reduce((rest, form) => rest.replaceAll(form, name), text),
      bare,
    )
}

/** Removes what a server that shortens or breaks the key shows of it. */
function withoutParts(text: string, key: string): string {
  let rest = text
  for (let from = 0; from + LEAST_PART <= key.length; from += 1) {
    const part = key.slice(from, from + LEAST_PART)
    for (let at = rest.indexOf(part); at >= 0; at = rest.indexOf(part, at)) {
      let length = LEAST_PART
      while (from + length < key.length && rest[at + length] === key[from + length]) length += 1
      rest = `${rest.slice(0, at)}…${rest.slice(at + length)}`
    }
  }
  return rest
}

function formsOf(text: string): readonly string[] {
  const encoded = [text, `Bearer ${text}`].flatMap((form) => {
    const bytes = Buffer.from(form)
    return [bytes.toString('base64'), bytes.toString('base64url'), bytes.toString('hex')]
  })
  const escaped = text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
  return [text, JSON.stringify(text).slice(1, -1), escaped, ...inAddresses(text.toWellFormed()), ...encoded]
}

/** As parts of an address: each encoder leaves other characters alone. */
function inAddresses(text: string): readonly string[] {
  const component = encodeURIComponent(text)
  const all = [
    component,
    component.replace(/'/g, '%27'),
    component.replace(/[!'()*~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`),
    new URLSearchParams({ x: text }).toString().slice('x='.length),
    new URL(`http://x/?${text}`).search.slice('?'.length),
    encodeURI(text),
  ]
  return all.flatMap((one) => [one, one.replace(/%../g, (code) => code.toLowerCase())])
}
