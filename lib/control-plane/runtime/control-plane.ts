/** Makes the control plane: the opaque handle that a host creates once and both faces share. */

import { isRecord } from '../../foundation/json/guards.js'
import { sharedMap } from '../../foundation/json/shared-marks.js'
import { type AllvMcpOptions, readOptions } from './options.js'
import { PACKAGE_VERSION } from './package-version.js'
import { createRuntime, type Runtime } from './runtime.js'

/**
 * What both faces share: one configuration, one rate limiter, one set of compiled schemas. Made by `createControlPlane`.
 *
 * @example
 * const plane: ControlPlane = createControlPlane({ adapters, secret })
 * const [router, agents] = [createAllvMcpRouter(plane), createAllvAgentApi(plane)]
 */
export interface ControlPlane {
  /** Distinguishes a control plane from options. */
  readonly kind: 'allv-control-plane'
  /**
   * Closes every face that was made from it, as the `close` of the face does. Resolves when nothing is running any more. Faces that are made
   * later refuse every call with SHUTTING_DOWN. May be called more than once; never rejects. Adapters stay open; the host closes them.
   *
   * @example
   * process.once('SIGTERM', async () => {
   *   await plane.close()
   *   await stores.events.close()
   * })
   */
  close(): Promise<void>
}

/** Two copies of the same version, one loaded by `import` and one by `require`, can use each other's runtimes. */
const runtimes = sharedMap<Runtime>(`runtimes ${PACKAGE_VERSION}`)

/**
 * Checks the options and makes what the faces share. Throws a TypeError that names the mistake and the fix.
 *
 * @example
 * const plane = createControlPlane({ adapters, secret })
 * app.use('/api', createAllvMcpRouter(plane))
 * const agents = createAllvAgentApi(plane)
 */
export function createControlPlane<Extra = unknown>(options: AllvMcpOptions<Extra>): ControlPlane {
  const runtime = createRuntime(readOptions(options))
  const handle: ControlPlane = Object.freeze({
    kind: 'allv-control-plane',
    close: () => runtime.lifecycle.close(),
  })
  runtimes.set(handle, runtime)
  return handle
}

/** The runtime of a control plane, or a new one from options. */
export function runtimeOf(source: AllvMcpOptions | ControlPlane): Runtime {
  return runtimes.get(source) ?? createRuntime(readOptions(isHandle(source) ? rejectForeignHandle() : source))
}

function isHandle(source: AllvMcpOptions | ControlPlane): source is ControlPlane {
  return isRecord(source) && 'kind' in source
}

function rejectForeignHandle(): never {
  throw new TypeError('this control plane was made by another version of allv-mcp; install the package once')
}
