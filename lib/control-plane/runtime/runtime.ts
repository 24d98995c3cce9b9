/** What all requests of one process share: the configuration, the limiter, the sealer and the compiled schemas. */

import { LRUCache } from 'lru-cache'
import { RateLimiterMemory } from 'rate-limiter-flexible'
import type { RateLimiter } from '../../adapters/rate-limiter.js'
import type { ToolDefinition } from '../../adapters/tools.js'
import { type AfterTurn, createAfterTurn } from '../../foundation/async/event-loop-turn.js'
import { CLOCK_DRIFT_SECONDS, createSealer, type Sealer } from '../../foundation/crypto/sealed-token.js'
import { createSchemaValidator, type SchemaValidator } from '../../foundation/json-schema/schema-validator.js'
import { builtInTools } from '../access/built-in-tools.js'
import type { ToolCatalogue } from '../access/tool-catalogue.js'
import { createEventBus, createInProcessEvents, type EventBus } from './event-bus.js'
import { createLifecycle, type Lifecycle } from './lifecycle.js'
import type { Config } from './options.js'

export interface Runtime {
  readonly config: Config
  readonly limiter: RateLimiter | null
  readonly sealer: Sealer
  readonly schemas: SchemaValidator
  /** The tools of the library itself, as far as the adapters can serve them. */
  readonly builtInTools: readonly ToolDefinition[]
  readonly eventBus: EventBus
  /** Of the control plane. Each face has one under it. */
  readonly lifecycle: Lifecycle
  /** Rounds that were used, for hosts without runs: with runs, the store sees to it on all nodes. */
  readonly usedStates: LRUCache<string, true>
  readonly afterTurn: AfterTurn
  /** Frozen tool definitions that were found in order. */
  readonly checkedTools: WeakSet<ToolDefinition>
  /** What lists that cannot change came to, by the list itself. */
  readonly toolCatalogues: WeakMap<readonly ToolDefinition[], ToolCatalogue>
}

export function createRuntime(config: Config): Runtime {
  const sealer = createSealer(config.secrets, Date.now, CLOCK_DRIFT_SECONDS)
  return Object.freeze({
    config,
    limiter: createLimiter(config.rateLimit),
    sealer,
    schemas: createSchemaValidator(),
    builtInTools: Object.freeze(builtInTools(config.adapters)),
    eventBus: createEventBus({
      events: config.adapters.events ?? createInProcessEvents(),
      sealer,
      onError: (error) => config.onError(error, { correlationId: 'events', code: 'INTERNAL' }),
    }),
    lifecycle: createLifecycle(),
    afterTurn: createAfterTurn(),
    checkedTools: new WeakSet<ToolDefinition>(),
    toolCatalogues: new WeakMap<readonly ToolDefinition[], ToolCatalogue>(),
    usedStates: new LRUCache<string, true>({ max: 10_000 }),
  })
}

function createLimiter(rateLimit: Config['rateLimit']): RateLimiter | null {
  if (rateLimit === false) return null
  if ('consume' in rateLimit) return rateLimit
  return new RateLimiterMemory({
    points: rateLimit.points,
    duration: rateLimit.seconds,
    keyPrefix: 'allv-mcp',
  })
}
