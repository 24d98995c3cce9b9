/** What the child process does: it serves the app of a module, and does what its parent asks, until it is killed. */

import { messageOf } from '../../foundation/errors/message-of.js'
import { isRecord } from '../../foundation/json/guards.js'
import type { Verification } from '../../testing/index.js'
import type { ChildMessage } from './child-messages.js'
import { openApp } from './open-app.js'
import { createProbe } from './probe.js'

/** Resolves when the parent has gone. */
export async function serveInChild({ host }: Verification): Promise<void> {
  const parentGone = new Promise<void>((resolve) => process.once('disconnect', () => resolve()))
  try {
    if (host === undefined) throw new TypeError('the module gives no host')
    const ran = (execution: Extract<ChildMessage, { type: 'ran' }>['execution']) =>
      send({ type: 'ran', execution })
    const { url, app } = await openApp(host, createProbe(ran, !host.lacks?.includes('approvals')))
    process.on('message', (message) => void answer(app, message))
    send({ type: 'started', url })
    await parentGone
  } catch (error) {
    send({ type: 'failed', message: messageOf(error) })
  }
}

function send(message: ChildMessage): void {
  process.send?.(message)
}

async function answer(app: object, message: unknown): Promise<void> {
  if (!isRecord(message) || typeof message['id'] !== 'number' || !Array.isArray(message['args'])) return
  const { id, name, args } = message
  try {
    const act: unknown = Reflect.get(app, String(name))
    if (typeof act !== 'function') throw new TypeError(`host.start gives no ${String(name)}`)
    send({ type: 'answer', id, value: await Reflect.apply(act, app, args), error: null })
  } catch (error) {
    send({ type: 'answer', id, value: null, error: messageOf(error) })
  }
}
