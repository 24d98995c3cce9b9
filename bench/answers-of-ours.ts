/** Collects this library's response to each request, so that the baseline servers can send the same bytes. */

import { mkdirSync, writeFileSync } from 'node:fs'
import { startServer } from './processes.js'
import { OURS } from './variants.js'
import { type Era, type Kind, nameOf, pathOf, requestsOf, type ToolCount } from './workload.js'

const FILE = '.build/bench/answers.json'
const KINDS: readonly Kind[] = ['call', 'list', 'read']
const COUNTS: readonly ToolCount[] = [30, 300]
const ERAS: readonly Era[] = ['2025', '2026']

/** Returns the path of the file that holds the responses by name. */
export async function recordAnswers(): Promise<string> {
  const server = await startServer(OURS)
  const answers: Record<string, unknown> = {}
  for (const kind of KINDS) {
    for (const tools of COUNTS) {
      for (const era of ERAS) {
        const [text = ''] = requestsOf({ work: kind, tools, era }, pathOf)
        answers[nameOf({ kind, tools, era })] = await ask(server.port, text)
      }
    }
  }
  await server.stop()
  mkdirSync('.build/bench', { recursive: true })
  writeFileSync(FILE, JSON.stringify(answers))
  return FILE
}

async function ask(port: number, text: string): Promise<unknown> {
  const [head = '', body = ''] = text.split('\r\n\r\n')
  const [first = '', ...fields] = head.split('\r\n')
  const headers = fields
    .map((field): [string, string] => [
      field.slice(0, field.indexOf(':')),
      field.slice(field.indexOf(':') + 2),
    ])
    .filter(([name]) => !/^(host|content-length)$/i.test(name))
  const url = `http://127.0.0.1:${port}${first.split(' ')[1]}`
  const response = await fetch(url, { method: 'POST', headers, body })
  const answer: unknown = await response.json()
  if (response.status !== 200) throw new Error(`ours answered ${response.status}: ${JSON.stringify(answer)}`)
  return answer
}
