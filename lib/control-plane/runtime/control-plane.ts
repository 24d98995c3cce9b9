/** The control plane as hosts hold it: opaque, made once, shared by both faces. */

import { isRecord } from '../../foundation/json/guards.js'
import { type AllvMcpOptions, readOptions } from './options.js'
import { createRuntime, type Runtime } from './runtime.js'

/** What both faces share: one limiter, one set of compiled schemas, one configuration. Made by `createControlPlane`. */
export interface ControlPlane {
  /** Tells a control plane from options. */
  readonly kind: 'allv-control-plane'
  /**
   * Closes every face that was made from it, as their own `close` does, and resolves when nothing runs any more. Faces made later refuse every
   * call with SHUTTING_DOWN. May be called more than once; never rejects. Adapters stay open: they are the host's.
   *
   * @example
   * process.once('SIGTERM', async () => {
   *   await plane.close()
   *   await adapters.events.close()
   *   await pool.end()
   * })
   */
  close(): Promise<void>
}

const planes = new WeakMap<object, Runtime>()

/** Checks the options and builds what the faces share. Throws a TypeError that names the mistake and the cure. */
export function createControlPlane<Extra = unknown>(options: AllvMcpOptions<Extra>): ControlPlane {
  const runtime = createRuntime(readOptions(options))
  const handle: ControlPlane = Object.freeze({
    kind: 'allv-control-plane',
    close: () => runtime.lifecycle.close(),
  })
  planes.set(handle, runtime)
  return handle
}

/** The runtime behind a handle, or a new one from options. */
export function runtimeOf(source: AllvMcpOptions | ControlPlane): Runtime {
  return planes.get(source) ?? createRuntime(readOptions(isHandle(source) ? foreign() : source))
}

function isHandle(source: AllvMcpOptions | ControlPlane): source is ControlPlane {
  return isRecord(source) && 'kind' in source
}

function foreign(): never {
  throw new TypeError('this control plane was made by another copy of allv-mcp; install the package once')
}
