/** The load process. It uses keep-alive connections over plain sockets, so that it needs far less processor time than the server. Loopback only. */

import { connect, type Socket } from 'node:net'
import { type Answer, createAnswerReader } from './answers.js'
import type { Found, Job } from './job.js'

const MOST_LATENCIES = 2_000_000
/** Every status is checked, but the text only of some responses, since a search of large ones is expensive. */
const TEXTS_LOOKED_AT = 16
const PATIENCE_MS = 30_000

interface Line {
  readonly socket: Socket
  /** When the running request was due. */
  due: number
  busy: boolean
}

/** Runs one job until it is complete. */
async function run(job: Job): Promise<Found> {
  const requests = job.requests.map((text) => Buffer.from(text))
  const latencies: number[] = []
  /** The number of responses at the start of each second. */
  const marks: number[] = []
  let failures = 0
  let firstFailure: string | null = null
  let sent = 0
  let answered = 0
  let over = false
  let finish: () => void = () => {}
  const finished = new Promise<void>((resolve) => {
    finish = resolve
  })

  const send = (line: Line, due: number) => {
    line.due = due
    line.busy = true
    line.socket.write(requests[sent % requests.length] ?? '')
    sent += 1
  }
  const onAnswer = (line: Line, answer: Answer) => {
    const now = performance.now()
    line.busy = false
    answered += 1
    while (now >= began + marks.length * 1000) marks.push(latencies.length)
    if (latencies.length < MOST_LATENCIES) latencies.push(now - line.due)
    const failed = answer.status !== 200 || (answered % TEXTS_LOOKED_AT === 1 && !isResult(answer.body))
    if (failed) {
      failures += 1
      firstFailure ??= `${answer.status} ${answer.body.toString().slice(0, 500)}`
    }
    if (now >= ends || answered >= job.most) end()
    else if (job.rate === null) send(line, now)
  }
  /** Sends no more requests and waits for the running ones. */
  const end = () => {
    over = true
    if (lines.every(({ busy }) => !busy)) finish()
  }
  const lines = await Promise.all(
    Array.from({ length: job.connections }, () => open(job.port, onAnswer, finish)),
  )
  const began = performance.now()
  const ends = began + job.ms
  const patience = setTimeout(finish, job.ms + PATIENCE_MS)
  if (job.rate === null) for (const line of lines) send(line, performance.now())
  else keepRate(job, lines, send, () => over, end)
  await finished
  clearTimeout(patience)
  const ms = performance.now() - began
  over = true
  for (const { socket } of lines) socket.destroy()
  const seconds = marks.slice(1).map((end, i) => spread(latencies.slice(marks[i], end)))
  return { answers: answered, failures, firstFailure, ms, ...spread(latencies), seconds }
}

/**
 * Sends at a fixed rate. All requests that became due in the last millisecond are sent together: a busy loop would be more even, but it would
 * take a core from the server. A request without a free connection waits for one, and this wait counts.
 */
function keepRate(
  { rate, ms }: Job,
  lines: readonly Line[],
  send: (line: Line, due: number) => void,
  isOver: () => boolean,
  end: () => void,
): void {
  const began = performance.now()
  /** The due times of requests that are not sent yet. */
  const due: number[] = []
  let asked = 0
  const tick = () => {
    const now = performance.now()
    for (; asked < ((now - began) * (rate ?? 1)) / 1000; asked += 1) due.push(now)
    const free = lines.filter(({ busy }) => !busy)
    for (const [i, line] of free.slice(0, due.length).entries()) send(line, due[i] ?? now)
    due.splice(0, free.length)
    if (isOver()) return
    if (now >= began + ms) return end()
    setTimeout(tick, 1)
  }
  tick()
}

function open(
  port: number,
  onAnswer: (line: Line, answer: Answer) => void,
  onLost: () => void,
): Promise<Line> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    const line: Line = { socket, due: 0, busy: false }
    socket.on(
      'data',
      createAnswerReader((answer) => onAnswer(line, answer)),
    )
    socket.once('connect', () => resolve(line))
    socket.once('error', (error) => {
      reject(error)
      onLost()
    })
  })
}

function isResult(body: Buffer): boolean {
  return body.includes('"result"') && !body.includes('"isError":true')
}

function spread(latencies: number[]): Pick<Found, 'median' | 'p99' | 'longest'> {
  const sorted = Float64Array.from(latencies).sort()
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
  return { median: at(0.5), p99: at(0.99), longest: at(1) }
}

process.on('message', (job: Job) => void run(job).then((found) => process.send?.(found)))
process.on('disconnect', () => process.exit())
