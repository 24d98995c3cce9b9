/** Addresses of memory entries: `allv://workspaces/{workspaceId}/memory/{key}`, in one canonical spelling. RFC 3986. */

/** Whether a URI or template is of the library's own scheme, whatever it names. */
export function isMemoryUri(uri: string): boolean {
  return /^allv:/i.test(uri)
}

/** The key is percent-encoded whole, slashes too. */
export function memoryUri(workspaceId: string, key: string): string {
  return prefixOf(workspaceId) + encodeURIComponent(key)
}

/**
 * The key that a URI names in this workspace, or `null`: another workspace, another form, a climbing path. Only percent-encoding may
 * differ from the canonical spelling, and only where RFC 3986 calls two spellings the same.
 */
export function memoryKeyOf(uri: string, workspaceId: string): string | null {
  const canonical = canonicalSpelling(uri)
  try {
    const key = decodeURIComponent(canonical.slice(prefixOf(workspaceId).length))
    return memoryUri(workspaceId, key) === canonical ? key : null
  } catch {
    return null
  }
}

/** Whether a URI, or a template of URIs, is one of this workspace's memory. */
export function isOfWorkspace(uri: string, workspaceId: string): boolean {
  return canonicalSpelling(uri).startsWith(prefixOf(workspaceId))
}

const ENCODED = /%[0-9a-f]{2}/gi
/** What encodeURIComponent leaves as it is: the unreserved characters, and five that RFC 6570 encodes when it expands a template. */
const PLAIN = /^[A-Za-z0-9\-._~!'()*]$/

/** Hex digits in upper case, nothing encoded that need not be. RFC 3986, sections 6.2.2.1 and 6.2.2.2. Once: `%2541` stays what it is. */
function canonicalSpelling(uri: string): string {
  return uri.replace(ENCODED, (encoded) => {
    const character = String.fromCharCode(Number.parseInt(encoded.slice(1), 16))
    return PLAIN.test(character) ? character : encoded.toUpperCase()
  })
}

/** RFC 6570 template of all entries. */
export function memoryTemplate(workspaceId: string, keyTemplate = '{key}'): string {
  const literal = keyTemplate
    .split(/(\{[^}]*\})/)
    .map((part) => (part.startsWith('{') ? part : encodeURIComponent(part)))
  return prefixOf(workspaceId) + literal.join('')
}

function prefixOf(workspaceId: string): string {
  return `allv://workspaces/${encodeURIComponent(workspaceId)}/memory/`
}
