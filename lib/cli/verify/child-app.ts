/** Starts the app under verification in a process of its own, which can be killed. */

import { type ChildProcess, fork } from 'node:child_process'
import type { DecisionResult } from '../../adapters/approvals.js'
import { isRecord } from '../../foundation/json/guards.js'
import type { VerifiedApp } from '../../testing/index.js'
import type { ChildMessage } from './child-messages.js'
import type { Execution } from './probe.js'

/** An app in a process of its own. */
export interface ChildApp {
  /** The URL of the mount point. */
  readonly url: string
  readonly app: Omit<VerifiedApp, 'app' | 'mount'>
  /** Ends the process by SIGKILL, and resolves when it has gone. */
  kill(): Promise<void>
}

/** A cold start of a database within the process takes its time. */
const START_MS = 60_000

/** @param ran is called for each execution in the process, before the tool does anything else */
export async function openChildApp(module: string, ran: (execution: Execution) => void): Promise<ChildApp> {
  const child = fork(program(), ['verify', module, '--in-child'], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    serialization: 'advanced',
  })
  const wrote = lastWords(child)
  const requests = createRequests(child)
  const started = new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('the app did not start in a child process')), START_MS)
    child.once('exit', () => {
      clearTimeout(timer)
      reject(new Error(`the app did not start in a child process: ${wrote()}`))
      requests.end()
    })
    child.on('message', (message: ChildMessage) => {
      if (message.type === 'ran') ran(message.execution)
      else if (message.type === 'answer') requests.answer(message)
      else {
        clearTimeout(timer)
        if (message.type === 'started') resolve(message.url)
        else reject(new Error(message.message))
      }
    })
  })
  const kill = () => killed(child)
  try {
    return { url: await started, app: remoteApp(requests.send), kill }
  } catch (error) {
    await kill()
    throw error
  }
}

/** This program itself, which has all it needs, however it was bundled. */
function program(): string {
  const [, path] = process.argv
  if (path === undefined) throw new TypeError('the path of the program is not known')
  return path
}

type Send = (name: string, args: readonly unknown[]) => Promise<unknown>

function createRequests(child: ChildProcess) {
  const open = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>()
  let count = 0
  const send: Send = (name, args) =>
    new Promise((resolve, reject) => {
      count += 1
      open.set(count, { resolve, reject })
      child.send({ id: count, name, args })
    })
  return {
    send,
    answer({ id, value, error }: Extract<ChildMessage, { type: 'answer' }>) {
      const request = open.get(id)
      open.delete(id)
      if (error === null) request?.resolve(value)
      else request?.reject(new Error(error))
    },
    end() {
      for (const { reject } of open.values()) reject(new Error('the process has ended'))
    },
  }
}

function remoteApp(send: Send): ChildApp['app'] {
  return {
    addMember: async (member) => void (await send('addMember', [member])),
    revokeKey: async (key) => void (await send('revokeKey', [key])),
    async issueKey(wanted) {
      const issued = await send('issueKey', [wanted])
      if (!isRecord(issued)) throw new TypeError('issueKey gives no { id, key }')
      return { id: String(issued['id']), key: String(issued['key']) }
    },
    async decide(decision) {
      const result = await send('decide', [decision])
      if (isDecision(result)) return result
      throw new TypeError('decide gives no { status }')
    },
  }
}

function isDecision(value: unknown): value is DecisionResult {
  return isRecord(value) && typeof value['status'] === 'string'
}

function lastWords({ stderr }: ChildProcess): () => string {
  let text = ''
  stderr?.on('data', (chunk: Buffer) => {
    text = `${text}${chunk.toString()}`.slice(-2000)
  })
  return () => text.trim() || 'it wrote nothing'
}

async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  child.kill('SIGKILL')
  await gone
}
