/** The table of MCP methods. Both eras use it; each adds its own envelope. */

import type { Operation } from '../../control-plane/request/operation.js'
import type { Runtime } from '../../control-plane/runtime/runtime.js'
import type { Era } from '../jsonrpc/errors.js'
import { complete } from './completion.js'
import type { Method } from './method.js'
import { promptsGet, promptsList } from './prompts.js'
import { resourcesList, resourcesRead, templatesList } from './resources.js'
import type { WireObject } from './results.js'
import { tasksCancel, tasksGet, tasksUpdate } from './tasks.js'
import { toolsCall, toolsList } from './tools.js'

const ALWAYS = () => true
const withPrompts = ({ config }: Runtime) => config.adapters.prompts !== undefined
const withResources = (runtime: Runtime) => offersResources(runtime)
const withCompletions = (runtime: Runtime) => offersResources(runtime) || withPrompts(runtime)
const withTasks = (runtime: Runtime, era: Era) => era === '2026' && offersTasks(runtime)

/** Each name is that of an operation, so that each method has an audit event. */
const BY_OPERATION = {
  'tools/list': { run: toolsList, cacheable: true, offered: ALWAYS },
  'tools/call': { run: toolsCall, cacheable: false, offered: ALWAYS },
  'resources/list': { run: resourcesList, cacheable: true, offered: withResources },
  'resources/templates/list': { run: templatesList, cacheable: true, offered: withResources },
  'resources/read': { run: resourcesRead, cacheable: true, offered: withResources },
  'prompts/list': { run: promptsList, cacheable: true, offered: withPrompts },
  'prompts/get': { run: promptsGet, cacheable: false, offered: withPrompts },
  'tasks/get': { run: tasksGet, cacheable: false, offered: withTasks },
  'tasks/update': { run: tasksUpdate, cacheable: false, offered: withTasks },
  'tasks/cancel': { run: tasksCancel, cacheable: false, offered: withTasks },
  'completion/complete': { run: complete, cacheable: false, offered: withCompletions },
} satisfies Partial<Record<Operation, Method>>

const METHODS: ReadonlyMap<string, Method> = new Map(Object.entries(BY_OPERATION))

/** Memory and the host's own resources. A host that has neither declares no resources, and serves no method of theirs. */
export function offersResources({ config }: Runtime): boolean {
  return config.adapters.memory !== undefined || config.adapters.resources !== undefined
}

/** Whether tasks are offered. A task is a stored run, so they need a store of runs. */
export function offersTasks({ config }: Runtime): boolean {
  return config.adapters.runs !== undefined
}

/** The method of this name; `undefined` if it is unknown or not offered. */
export function findMethod(runtime: Runtime, name: string, era: Era): Method | undefined {
  const method = METHODS.get(name)
  return method?.offered(runtime, era) === true ? method : undefined
}

/** The server capabilities that `initialize` and `server/discover` both declare. */
export function capabilitiesOf(runtime: Runtime): WireObject {
  return {
    tools: {},
    ...(offersResources(runtime) ? { resources: {} } : {}),
    ...(withCompletions(runtime) ? { completions: {} } : {}),
    ...(withPrompts(runtime) ? { prompts: {} } : {}),
  }
}
