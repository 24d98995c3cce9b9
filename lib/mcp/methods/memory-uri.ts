/** Makes and reads the URIs of memory entries: `{scheme}://workspaces/{workspaceId}/memory/{key}`, in one canonical form. RFC 3986. */

import type { Admitted } from '../../control-plane/request/stages.js'
import type { Runtime } from '../../control-plane/runtime/runtime.js'

/** What the URIs of one workspace's memory have in common. */
export interface MemorySpace {
  readonly scheme: string
  readonly workspaceId: string
}

/** The memory of the request's workspace, under the scheme of this host. */
export function memorySpaceOf({ config }: Runtime, { context }: Pick<Admitted, 'context'>): MemorySpace {
  return { scheme: config.brand.memoryScheme, workspaceId: context.workspaceId }
}

/** The URI of an entry. The whole key is percent-encoded, slashes too. */
export function memoryUri(space: MemorySpace, key: string): string {
  return prefixOf(space) + encodeURIComponent(key)
}

/**
 * The key of a URI in this workspace; `null` for another workspace, another form, or a path with `..`. Only the percent-encoding may differ
 * from the canonical form, and only where RFC 3986 takes two forms as equivalent.
 */
export function memoryKeyOf(uri: string, space: MemorySpace): string | null {
  const canonical = canonicalSpelling(uri)
  try {
    const key = decodeURIComponent(canonical.slice(prefixOf(space).length))
    return memoryUri(space, key) === canonical ? key : null
  } catch {
    return null
  }
}

/** Whether a URI or URI template is of this workspace's memory. */
export function isOfWorkspace(uri: string, space: MemorySpace): boolean {
  return canonicalSpelling(uri).startsWith(prefixOf(space))
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
export function memoryTemplate(space: MemorySpace, keyTemplate = '{key}'): string {
  const literal = keyTemplate
    .split(/(\{[^}]*\})/)
    .map((part) => (part.startsWith('{') ? part : encodeURIComponent(part)))
  return prefixOf(space) + literal.join('')
}

function prefixOf({ scheme, workspaceId }: MemorySpace): string {
  return `${scheme}://workspaces/${encodeURIComponent(workspaceId)}/memory/`
}
