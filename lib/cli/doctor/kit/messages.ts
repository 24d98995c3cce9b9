/** Reads JSON-RPC messages out of answers. All of it is data from outside. */

import { isErrorCode } from '../../../foundation/errors/catalogue.js'
import { isRecord } from '../../../foundation/json/guards.js'
import type { Exchange } from '../probe/exchange.js'

/** A JSON-RPC response. */
export interface Answer {
  readonly id: unknown
  /** `null` in an error. */
  readonly result: Readonly<Record<string, unknown>> | null
  /** `null` in a result. */
  readonly error: { readonly code: number; readonly message: string; readonly data: unknown } | null
}

/** The response in an answer, from JSON or from an event stream; `null` if there is none. */
export function answerIn({ headers, text }: Pick<Exchange, 'headers' | 'text'>): Answer | null {
  const texts = /^text\/event-stream/i.test(headers['content-type'] ?? '') ? eventsIn(text) : [text]
  const answers = texts.flatMap((one) => {
    const answer = toAnswer(parsed(one))
    return answer === null ? [] : [answer]
  })
  return answers.at(-1) ?? null
}

/** The data of each event. WHATWG HTML, section 9.2.6. */
function eventsIn(text: string): readonly string[] {
  return text
    .split(/\r?\n\r?\n/)
    .map((event) =>
      event
        .split(/\r?\n/)
        .flatMap((line) => (line.startsWith('data:') ? [line.slice(5).trimStart()] : []))
        .join('\n'),
    )
    .filter((data) => data !== '')
}

/** The stable code of an error of allv-mcp; `null` for any other answer. */
export function codeIn(exchange: Exchange): string | null {
  const data = answerIn(exchange)?.error?.data
  const code = isRecord(data) ? data['code'] : undefined
  return isErrorCode(code) ? code : null
}

/** The id by which an operator finds the request in the logs; `null` if the answer has none. */
export function correlationIn(exchange: Exchange): string | null {
  const data = answerIn(exchange)?.error?.data
  const id = isRecord(data) ? data['correlationId'] : undefined
  const header = exchange.headers['x-request-id']
  return typeof id === 'string' ? id : typeof header === 'string' ? header : null
}

/** A JSON value; `undefined` if the text is none. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function toAnswer(value: unknown): Answer | null {
  if (!isRecord(value) || value['jsonrpc'] !== '2.0' || 'method' in value) return null
  const { id, result, error } = value
  if (isRecord(result)) return { id, result, error: null }
  if (!isRecord(error)) return null
  const { code, message, data } = error
  const known = { code: typeof code === 'number' ? code : 0, message: String(message ?? ''), data }
  return { id, result: null, error: known }
}
