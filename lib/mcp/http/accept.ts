/** Reads the `Accept` header. It is lenient, since many clients send an incomplete header; without a stream they get JSON. */

import { AllvError } from '../../foundation/errors/allv-error.js'
import type { Head } from './headers.js'

/** The kinds of response that a client takes. */
export interface Accepts {
  /** The client takes an event stream. */
  readonly stream: boolean
  /** The client takes an event stream only, not JSON. */
  readonly onlyStream: boolean
}

const JSON_RANGES = new Set(['application/json', 'application/*', '*/*'])

/** The headers that most clients send, parsed once. */
const USUAL = new Map<string | undefined, Accepts>(
  [
    'application/json, text/event-stream',
    'text/event-stream, application/json',
    'application/json',
    '*/*',
    undefined,
  ].map((accept) => [accept, ranked(accept)]),
)

/** Throws NOT_ACCEPTABLE only if the header excludes both JSON and event streams. */
export function readAccept({ headers: { accept } }: Head): Accepts {
  return USUAL.get(accept) ?? ranked(accept)
}

function ranked(accept: string | undefined): Accepts {
  const ranges = (accept?.trim() || '*/*')
    .toLowerCase()
    .split(',')
    .map((range) => range.split(';').map((part) => part.trim()))
    .filter(
      ([type, ...parameters]) =>
        type !== '' && !parameters.some((parameter) => /^q=0(\.0{0,3})?$/.test(parameter)),
    )
    .map(([type = '']) => type)
  const stream = ranges.includes('text/event-stream')
  const json = ranges.some((range) => JSON_RANGES.has(range))
  if (!stream && !json && !ranges.includes('text/*')) throw new AllvError('NOT_ACCEPTABLE')
  return { stream: stream || (!json && ranges.includes('text/*')), onlyStream: !json }
}
