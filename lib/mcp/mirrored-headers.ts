/** Headers of 2026-07-28 that repeat parts of the body for intermediaries: read, decoded, compared. They are never authority. */

import { isUtf8 } from 'node:buffer'
import type { ToolDefinition } from '../adapters/tools.js'
import { AllvError } from '../errors.js'
import { paramHeadersOf } from '../param-headers.js'
import type { Head } from './headers.js'
import { isRecord } from './params.js'

const SENTINEL = /^=\?base64\?(.*)\?=$/
const CANONICAL_BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/
const PADDED = /^[ \t]|[ \t]$/
const DECIMAL = /^-?\d+(?:\.0+)?$/

/** The value without surrounding white space. Names are case-insensitive, values are not. */
export function headerOf({ headers }: Head, name: string): string | undefined {
  const value = headers[name]
  if (typeof value !== 'string') return undefined
  return PADDED.test(value) ? value.replace(/^[ \t]+|[ \t]+$/g, '') : value
}

/** Plain text, or the text inside `=?base64?…?=`; `null` for broken Base64. MCP 2026-07-28, basic/transports/streamable-http, Value Encoding. */
export function decodeHeaderValue(value: string): string | null {
  const encoded = SENTINEL.exec(value)?.[1]
  if (encoded === undefined) return value
  if (!CANONICAL_BASE64.test(encoded)) return null
  const bytes = Buffer.from(encoded, 'base64')
  return isUtf8(bytes) ? bytes.toString('utf8') : null
}

/** HEADER_MISMATCH unless every argument marked `x-mcp-header` is repeated in its `Mcp-Param-*` header, and equal. */
export function assertParamHeaders(head: Head, { inputSchema }: ToolDefinition, args: unknown): void {
  for (const { path, header, type } of paramHeadersOf(inputSchema)) {
    const value = path.reduce<unknown>(
      (node, key) => (isRecord(node) && Object.hasOwn(node, key) ? node[key] : undefined),
      args,
    )
    if (value === undefined || value === null || typeof value === 'object') continue
    const given = headerOf(head, `mcp-param-${header.toLowerCase()}`)
    const decoded = given === undefined ? null : decodeHeaderValue(given)
    if (decoded === null || !isSame(type, decoded, value)) throw new AllvError('HEADER_MISMATCH')
  }
}

/** Integers compare as numbers: `7` and `7.0` are one value. */
function isSame(type: unknown, text: string, value: unknown): boolean {
  return type === 'integer' && typeof value === 'number' && DECIMAL.test(text)
    ? Number(text) === value
    : text === String(value)
}
