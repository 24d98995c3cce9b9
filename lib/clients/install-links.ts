/** Links that add a server to a client. They never contain a key. */

import type { JsonObject } from '../foundation/json/json.js'
import { base64 } from './base64.js'
import type { Link, Server } from './recipe.js'
import { headersObject } from './server-entry.js'

/** Cursor: Base64 of the entry. GitHub removes links with the scheme `cursor:`. */
export function cursorLinks(server: Server): readonly Link[] {
  const query = `name=${encodeURIComponent(server.name)}&config=${encodeURIComponent(base64(entryText(server)))}`
  return [
    { kind: 'app', title: 'Add to Cursor', url: `cursor://anysphere.cursor-deeplink/mcp/install?${query}` },
    { kind: 'web', title: 'Add to Cursor', url: `https://cursor.com/en/install-mcp?${query}` },
  ]
}

/** VS Code and its Insiders edition: one JSON object in the app's scheme, three parameters on the web. */
export function vscodeLinks(
  { name }: Server,
  entry: JsonObject,
  inputs: readonly JsonObject[],
): readonly Link[] {
  const whole = encodeURIComponent(JSON.stringify({ name, ...entry, ...(inputs.length > 0 && { inputs }) }))
  const asked = inputs.length > 0 ? `&inputs=${encodeURIComponent(JSON.stringify(inputs))}` : ''
  const query = `name=${encodeURIComponent(name)}&config=${encodeURIComponent(JSON.stringify(entry))}${asked}`
  const web = `https://insiders.vscode.dev/redirect/mcp/install?${query}`
  return [
    { kind: 'app', title: 'Add to VS Code', url: `vscode:mcp/install?${whole}` },
    { kind: 'app', title: 'Add to VS Code Insiders', url: `vscode-insiders:mcp/install?${whole}` },
    { kind: 'web', title: 'Add to VS Code', url: web },
    { kind: 'web', title: 'Add to VS Code Insiders', url: `${web}&quality=insiders` },
  ]
}

/** Kiro: the entry as JSON, percent-encoded. */
export function kiroLinks(server: Server): readonly Link[] {
  const query = `name=${encodeURIComponent(server.name)}&config=${encodeURIComponent(entryText(server))}`
  return [{ kind: 'web', title: 'Add to Kiro', url: `https://kiro.dev/launch/mcp/add?${query}` }]
}

/** LM Studio: Base64 of the entry. */
export function lmStudioLinks(server: Server): readonly Link[] {
  const query = `name=${encodeURIComponent(server.name)}&config=${encodeURIComponent(base64(entryText(server)))}`
  return [
    { kind: 'app', title: 'Add to LM Studio', url: `lmstudio://add_mcp?${query}` },
    { kind: 'web', title: 'Add to LM Studio', url: `https://lmstudio.ai/install-mcp?${query}` },
  ]
}

function entryText(server: Server): string {
  return JSON.stringify({ url: server.url, ...headersObject(server) })
}
