/** Removes the API key from every text that comes from the server or goes into a report. */

/** Characters. A shorter key shows none of its characters, and is too common a word to be searched for. */
const LEAST_TO_SEARCH = 6
const LEAST_TO_SHOW = 12

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
  return (text) => forms.reduce((rest, form) => rest.replaceAll(form, name), text)
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
