/** Addresses of memory entries: `allv://workspaces/{workspaceId}/memory/{key}`, in one canonical spelling. RFC 3986. */

/** Whether a URI or template is of the library's own scheme, whatever it names. */
export function isMemoryUri(uri: string): boolean {
  return /^allv:/i.test(uri)
}

/** The key is percent-encoded whole, slashes too. */
export function memoryUri(workspaceId: string, key: string): string {
  return prefixOf(workspaceId) + encodeURIComponent(key)
}

/** The key that a URI names in this workspace, or `null`: another workspace, another form, a climbing path. */
export function memoryKeyOf(uri: string, workspaceId: string): string | null {
  const prefix = prefixOf(workspaceId)
  try {
    const key = decodeURIComponent(uri.slice(prefix.length))
    // Only this workspace, and only the canonical spelling: one entry has one address, for caches, logs and access rules alike.
    return memoryUri(workspaceId, key) === uri ? key : null
  } catch {
    return null
  }
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
