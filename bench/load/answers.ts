/** Reads complete HTTP/1.1 responses from one connection, with Content-Length or chunked. It supports only what the measured servers send. */

export interface Answer {
  readonly status: number
  readonly body: Buffer
}

const END_OF_HEAD = Buffer.from('\r\n\r\n')

/** Takes received bytes and calls `onAnswer` for each complete response. */
export function createAnswerReader(onAnswer: (answer: Answer) => void): (chunk: Buffer) => void {
  let held: Buffer = Buffer.alloc(0)
  return (chunk) => {
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk])
    for (;;) {
      const found = readOne(held)
      if (found === null) return
      held = held.subarray(found.end)
      onAnswer(found.answer)
    }
  }
}

function readOne(bytes: Buffer): { readonly answer: Answer; readonly end: number } | null {
  const headEnd = bytes.indexOf(END_OF_HEAD)
  if (headEnd < 0) return null
  const head = bytes.toString('latin1', 0, headEnd).toLowerCase()
  const status = Number(head.slice(9, 12))
  const start = headEnd + END_OF_HEAD.length
  const length = /\r\ncontent-length: *(\d+)/.exec(head)?.[1]
  if (length !== undefined) {
    const end = start + Number(length)
    return bytes.length < end ? null : { answer: { status, body: bytes.subarray(start, end) }, end }
  }
  return head.includes('\r\ntransfer-encoding: chunked') ? readChunks(bytes, start, status) : null
}

function readChunks(
  bytes: Buffer,
  start: number,
  status: number,
): { readonly answer: Answer; readonly end: number } | null {
  const parts: Buffer[] = []
  for (let at = start; ; ) {
    const lineEnd = bytes.indexOf('\r\n', at)
    if (lineEnd < 0) return null
    const size = Number.parseInt(bytes.toString('latin1', at, lineEnd), 16)
    const next = lineEnd + 2 + size + 2
    if (bytes.length < next) return null
    if (size === 0) return { answer: { status, body: Buffer.concat(parts) }, end: next }
    parts.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + size))
    at = next
  }
}
