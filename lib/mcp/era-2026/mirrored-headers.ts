/** Compares the headers of 2026-07-28 that mirror parts of the body. Only the body is used: the headers are for intermediaries. */

import { isUtf8 } from 'node:buffer'
import type { ToolDefinition } from '../../adapters/tools.js'
import { AllvError } from '../../foundation/errors/allv-error.js'
import { isRecord } from '../../foundation/json/guards.js'
import { paramHeadersOf } from '../../foundation/json-schema/x-mcp-header.js'
import type { Head } from '../http/headers.js'
import { readingsOf } from '../http/single-value.js'

const SENTINEL = /^=\?base64\?(.*)\?=$/
const CANONICAL_BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/
const DECIMAL = /^-?\d+(?:\.0+)?$/

/** Plain text, or the text inside `=?base64?…?=`; `null` for broken Base64. MCP 2026-07-28, basic/transports/streamable-http, Value Encoding. */
function decodeHeaderValue(value: string): string | null {
  const encoded = SENTINEL.exec(value)?.[1]
  if (encoded === undefined) return value
  if (!CANONICAL_BASE64.test(encoded)) return null
  const bytes = Buffer.from(encoded, 'base64')
  return isUtf8(bytes) ? bytes.toString('utf8') : null
}

/** Whether a header agrees with the body. It may be there several times with equal values. Names are case-insensitive, values are not. */
export function mirrors(head: Head, name: string, agrees: (value: string) => boolean): boolean {
  return readingsOf(head, name).some((reading) => {
    const value = decodeHeaderValue(reading)
    return value !== null && agrees(value)
  })
}

/** The refusal of a header, which it names. `header`: a name of the specification or of the tool's schema; nothing that the client sent. */
export function headerMismatch(header: string): AllvError {
  return new AllvError('HEADER_MISMATCH', {
    message: `the header ${header} of this request is missing or does not agree with its body`,
    details: { header },
  })
}

/** Throws HEADER_MISMATCH unless each argument with `x-mcp-header` has the same value in its `Mcp-Param-*` header. */
export function assertParamHeaders(head: Head, { inputSchema }: ToolDefinition, args: unknown): void {
  for (const { path, header, type } of paramHeadersOf(inputSchema)) {
    const value = path.reduce<unknown>(
      (node, key) => (isRecord(node) && Object.hasOwn(node, key) ? node[key] : undefined),
      args,
    )
    if (value === undefined || value === null || typeof value === 'object') continue
    if (!mirrors(head, `mcp-param-${header.toLowerCase()}`, (text) => isSame(type, text, value)))
      throw headerMismatch(`Mcp-Param-${header}`)
  }
}

/** Integers are compared as numbers: `7` and `7.0` are equal. */
function isSame(type: unknown, text: string, value: unknown): boolean {
  return type === 'integer' && typeof value === 'number' && DECIMAL.test(text)
    ? Number(text) === value
    : text === String(value)
}
