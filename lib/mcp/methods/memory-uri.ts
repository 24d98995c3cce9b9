/** Makes and reads the URIs of memory entries: `allv://workspaces/{workspaceId}/memory/{key}`, in one canonical form. RFC 3986. */

/** Whether a URI or template has the library's own scheme. */
export function isMemoryUri(uri: string): boolean {
  return /^allv:/i.test(uri)
}

/** The URI of an entry. The whole key is percent-encoded, slashes too. */
export function memoryUri(workspaceId: string, key: string): string {
  return prefixOf(workspaceId) + encodeURIComponent(key)
}

/**
 * The key of a URI in this workspace; `null` for another workspace, another form, or a path with `..`. Only the percent-encoding may differ
 * from the canonical form, and only where RFC 3986 takes two forms as equivalent.
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

/** Whether a URI or URI template is of this workspace's memory. */
export function isOfWorkspace(uri: string, workspaceId: string): boolean {
  return canonicalSpelling(uri).startsWith(prefixOf(workspaceId))
}

const ENCODED = /%[0-9a-f]{2}/gi
/** Characters that encodeURIComponent does not encode: the unreserved ones, and five that RFC 6570 encodes in a template. */
const PLAIN = /^[A-Za-z0-9\-._~!'()*]$/

/** Upper-case hex digits, and no encoding that is not needed. RFC 3986, sections 6.2.2.1 and 6.2.2.2. Decodes once: `%2541` stays the same. */
function canonicalSpelling(uri: string): string {
  return uri.replace(ENCODED, (encoded) => {
    const character = String.fromCharCode(Number.parseInt(encoded.slice(1), 16))
    return PLAIN.test(character) ? character : encoded.toUpperCase()
  })
}

/** The URI template (RFC 6570) of the entries whose keys match `keyTemplate`; by default of all entries. */
export function memoryTemplate(workspaceId: string, keyTemplate = '{key}'): string {
  const literal = keyTemplate
    .split(/(\{[^}]*\})/)
    .map((part) => (part.startsWith('{') ? part : encodeURIComponent(part)))
  return prefixOf(workspaceId) + literal.join('')
}

function prefixOf(workspaceId: string): string {
  return `allv://workspaces/${encodeURIComponent(workspaceId)}/memory/`
}
