/** Checks the adapters at start-up: which must exist, and which methods each must have. */

import type { Adapters } from '../../adapters/adapters.js'
import { isPromise } from '../../foundation/json/host-values.js'
import { nearestName } from '../../foundation/text/nearest-name.js'

interface Methods {
  readonly needed: 'required' | 'optional'
  readonly methods: Readonly<Record<string, 'required' | 'optional'>>
}

/** The methods of an adapter, without its other members. */
type MethodTable<T> = {
  readonly [K in keyof T as NonNullable<T[K]> extends (...args: never[]) => unknown ? K : never]-?:
    | 'required'
    | 'optional'
}

const ADAPTERS = {
  apiKeys: {
    needed: 'required',
    methods: { findByDigest: 'required' } satisfies MethodTable<Adapters['apiKeys']>,
  },
  members: {
    needed: 'required',
    methods: {
      findById: 'required',
      findByEmail: 'required',
      findBySubject: 'optional',
    } satisfies MethodTable<Adapters['members']>,
  },
  tools: {
    needed: 'required',
    methods: {
      list: 'required',
      all: 'optional',
      call: 'required',
      evaluate: 'optional',
    } satisfies MethodTable<Adapters['tools']>,
  },
  policy: {
    needed: 'optional',
    methods: { evaluate: 'required' } satisfies MethodTable<NonNullable<Adapters['policy']>>,
  },
  memory: {
    needed: 'optional',
    methods: {
      list: 'required',
      read: 'required',
      update: 'optional',
      templates: 'optional',
    } satisfies MethodTable<NonNullable<Adapters['memory']>>,
  },
  approvals: {
    needed: 'optional',
    methods: {
      request: 'required',
      get: 'required',
      consume: 'required',
      settle: 'required',
      extend: 'optional',
      decide: 'optional',
      wait: 'optional',
      url: 'optional',
    } satisfies MethodTable<NonNullable<Adapters['approvals']>>,
  },
  runs: {
    needed: 'optional',
    methods: {
      begin: 'required',
      end: 'required',
      update: 'required',
      extend: 'optional',
      get: 'required',
      list: 'required',
    } satisfies MethodTable<NonNullable<Adapters['runs']>>,
  },
  audit: {
    needed: 'optional',
    methods: { append: 'required' } satisfies MethodTable<NonNullable<Adapters['audit']>>,
  },
  features: {
    needed: 'optional',
    methods: { isEnabled: 'required' } satisfies MethodTable<NonNullable<Adapters['features']>>,
  },
  prompts: {
    needed: 'optional',
    methods: { list: 'required', get: 'required', complete: 'optional' } satisfies MethodTable<
      NonNullable<Adapters['prompts']>
    >,
  },
  resources: {
    needed: 'optional',
    methods: {
      list: 'required',
      read: 'required',
      templates: 'optional',
      complete: 'optional',
    } satisfies MethodTable<NonNullable<Adapters['resources']>>,
  },
  events: {
    needed: 'optional',
    methods: { publish: 'required', subscribe: 'required' } satisfies MethodTable<
      NonNullable<Adapters['events']>
    >,
  },
} as const satisfies Record<keyof Required<Adapters>, Methods>

/** Throws a TypeError that names the missing or misspelt adapter or method. */
export function checkAdapters(adapters: unknown): void {
  if (!isObject(adapters)) throw new TypeError('option adapters is missing; pass { apiKeys, members, tools }')
  if (isPromise(adapters)) throw new TypeError('option adapters is a promise; await it first')
  for (const name of Object.keys(adapters)) {
    if (!Object.hasOwn(ADAPTERS, name)) {
      const meant = nearestName(name, Object.keys(ADAPTERS))
      const hint = meant === undefined ? '' : `write ${meant}; `
      throw new TypeError(
        `unknown adapter "${name}"; ${hint}the adapters are ${Object.keys(ADAPTERS).join(', ')}`,
      )
    }
  }
  for (const [name, { needed, methods }] of Object.entries<Methods>(ADAPTERS)) {
    const adapter = adapters[name]
    if ((adapter === undefined || adapter === null) && needed === 'optional') continue
    if (!isObject(adapter) || Array.isArray(adapter) || isPromise(adapter))
      throw new TypeError(
        `adapter "${name}" is ${describeWrong(adapter)}; pass ${name === 'tools' ? `${MADE_TOOLS}, or ` : ''}an object with ${requiredOf(methods).join(', ')}`,
      )
    checkMethods(name, adapter, methods)
  }
}

/** The adapters that are given. Inherited ones are too: a host may pass an instance of a class. */
export function givenAdapters(adapters: Adapters): Adapters {
  const { apiKeys, members, tools } = adapters
  const given: Adapters = { apiKeys, members, tools }
  for (const name of Object.keys(ADAPTERS)) {
    const adapter: unknown = Reflect.get(adapters, name)
    if (adapter !== undefined && adapter !== null) Reflect.set(given, name, adapter)
  }
  return given
}

/** Whether this is the name of an adapter. */
export function isAdapterName(name: string): boolean {
  return Object.hasOwn(ADAPTERS, name)
}

const MADE_TOOLS = 'createToolProvider([defineTool({ … })])'

/** Says what was passed in place of an adapter, and what to pass instead. */
function describeWrong(adapter: unknown): string {
  if (adapter === undefined || adapter === null) return 'missing'
  if (isPromise(adapter)) return 'a promise, so await it first'
  if (Array.isArray(adapter)) return 'a list'
  if (typeof adapter !== 'function') return `a ${typeof adapter}`
  return /^class\b/.test(Function.prototype.toString.call(adapter))
    ? 'a class, so pass an instance made with new'
    : 'a function, so pass what it returns'
}

/** What to do about a method that adapters of earlier versions lack, or that a function of the library makes. */
const REMEDIES = new Map([
  ['tools.list', `${MADE_TOOLS} makes an adapter of your tools; `],
  [
    'runs.update',
    'it writes what end() wrote for runs that wait (pending_approval, input_required), with note as checkpoint and ifNote as ifCheckpoint, and returns whether it wrote; ',
  ],
])

function checkMethods(
  name: string,
  adapter: Readonly<Record<string, unknown>>,
  methods: Methods['methods'],
): void {
  for (const [method, needed] of Object.entries(methods)) {
    const present = adapter[method]
    if (present === undefined && needed === 'optional') continue
    if (typeof present !== 'function')
      throw new TypeError(
        `adapter "${name}" needs a method ${method}()${present === undefined ? '' : `, and has ${present === null ? 'null' : `a ${typeof present}`} there`}; ${REMEDIES.get(`${name}.${method}`) ?? ''}see its doc comment`,
      )
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

function requiredOf(methods: Methods['methods']): readonly string[] {
  return Object.keys(methods).filter((name) => methods[name] === 'required')
}
