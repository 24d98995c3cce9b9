/** Defines the requests of each workload. Every server receives the same bytes. */

export const KEY = 'sk_test_bench'
export const WORKSPACE = 'ws'
/** The number of members. Requests use them in turn. */
export const MEMBERS = 8
/** The authorization server of access tokens, and the origin that they are for. */
export const ISSUER = 'https://id.bench.test'
export const ORIGIN = 'http://127.0.0.1'

export function subjectOf(member: number): string {
  return `user_${member}`
}

export type Era = '2025' | '2026'
export type Kind = 'call' | 'list' | 'read'
export type Work = Kind | 'mix'
export type ToolCount = 30 | 300

export interface Workload {
  readonly work: Work
  readonly tools: ToolCount
  readonly era: Era
}

/** One request of a workload. Its members select the response of a server with fixed responses. */
export interface Piece {
  readonly kind: Kind
  readonly tools: ToolCount
  readonly era: Era
}

const VERSION_OF: Readonly<Record<Era, string>> = { '2025': '2025-11-25', '2026': '2026-07-28' }
const MIX: readonly Kind[] = ['call', 'call', 'read', 'call', 'call', 'list', 'call', 'read', 'call', 'call']

const BODIES = {
  call: {
    method: 'tools/call',
    params: {
      name: 'crm_tool_07',
      arguments: {
        title: 'Anvils for the north office',
        amount: 1250,
        stage: 'qualified',
        contact: { email: 'wile@acme.test', phone: '+1 555 0100' },
        tags: ['north', 'hardware'],
      },
    },
    name: 'crm_tool_07',
  },
  list: { method: 'tools/list', params: {}, name: null },
  read: {
    method: 'resources/read',
    params: { uri: 'allv://workspaces/ws/memory/notes%2Fnorth' },
    name: 'allv://workspaces/ws/memory/notes%2Fnorth',
  },
} as const

function piecesOf({ work, tools, era }: Workload): readonly Piece[] {
  return (work === 'mix' ? MIX : [work]).map((kind) => ({ kind, tools, era }))
}

export function nameOf({ kind, tools, era }: Piece): string {
  return `${kind}-${tools}-${era}`
}

/** The path of the request. Each server has one path for each size of the tool list. */
export function pathOf({ tools }: Piece): string {
  return `/t${tools}/workspaces/${WORKSPACE}/mcp`
}

/** Complete HTTP requests, one for each piece and member. */
export function requestsOf(
  workload: Workload,
  pathFor: (piece: Piece) => string,
  credentialOf: (member: number) => string = () => KEY,
): readonly string[] {
  return Array.from({ length: MEMBERS }, (_, member) =>
    piecesOf(workload).map((piece) =>
      requestText(piece, member, { path: pathFor(piece), credential: credentialOf(member) }),
    ),
  ).flat()
}

function requestText(
  { kind, era }: Piece,
  member: number,
  { path, credential }: { readonly path: string; readonly credential: string },
): string {
  const { method, params, name } = BODIES[kind]
  const meta = {
    'io.modelcontextprotocol/protocolVersion': VERSION_OF[era],
    'io.modelcontextprotocol/clientInfo': { name: 'bench', version: '1.0.0' },
    'io.modelcontextprotocol/clientCapabilities': {},
  }
  const body = JSON.stringify({
    jsonrpc: '2.0',
    id: 7,
    method,
    params: era === '2026' ? { ...params, _meta: meta } : params,
  })
  const mirrored = [`Mcp-Method: ${method}`, ...(name === null ? [] : [`Mcp-Name: ${name}`])]
  return [
    `POST ${path} HTTP/1.1`,
    'Host: 127.0.0.1',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Accept: application/json, text/event-stream',
    `Authorization: Bearer ${credential}`,
    `X-Allv-User-Id: mem_${member}`,
    `Mcp-Protocol-Version: ${VERSION_OF[era]}`,
    ...(era === '2026' ? mirrored : []),
    '',
    body,
  ].join('\r\n')
}
