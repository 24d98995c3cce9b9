/** Reads `Accept` leniently: strict servers break real clients, and JSON suits everybody who did not ask for a stream. */

import { AllvError } from '../../foundation/errors/allv-error.js'
import type { Head } from './headers.js'

export interface Accepts {
  /** The client named `text/event-stream`. */
  readonly stream: boolean
  /** It takes nothing else. */
  readonly onlyStream: boolean
}

const JSON_RANGES = new Set(['application/json', 'application/*', '*/*'])

/** As most clients say it. */
const USUAL = new Map<string | undefined, Accepts>(
  [
    'application/json, text/event-stream',
    'text/event-stream, application/json',
    'application/json',
    '*/*',
    undefined,
  ].map((accept) => [accept, ranked(accept)]),
)

/** 406 only for a header that excludes both kinds of answer. */
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
