/**
 * The two baseline servers: bare Express and bare `node:http`, with the response bytes of this library. Arguments: `express` or `node`, and
 * the file of responses.
 */

import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'

const [kind, file = ''] = process.argv.slice(2)
const answers = new Map<string, unknown>(Object.entries(JSON.parse(readFileSync(file, 'utf8'))))
const texts = new Map([...answers].map(([name, answer]) => [name, JSON.stringify(answer)]))

const server = createServer(kind === 'express' ? withExpress() : withNothing)
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }))

function withExpress(): express.Express {
  const app = express()
  app.use(express.json())
  app.post('/fixed/:name', (req, res) => {
    res.json(answers.get(req.params.name))
  })
  return app
}

function withNothing(req: IncomingMessage, res: ServerResponse): void {
  const chunks: Buffer[] = []
  req.on('data', (chunk: Buffer) => chunks.push(chunk))
  req.on('end', () => {
    JSON.parse(Buffer.concat(chunks).toString())
    const text = texts.get((req.url ?? '').slice('/fixed/'.length)) ?? 'null'
    res.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) })
    res.end(text)
  })
}
