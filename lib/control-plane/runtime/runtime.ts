/** Makes what all requests of one control plane share: the configuration, the rate limiter, the sealer and the compiled schemas. */

import { LRUCache } from 'lru-cache'
import RateLimiterMemory from 'rate-limiter-flexible/lib/RateLimiterMemory.js'
import type { RateLimiter } from '../../adapters/rate-limiter.js'
import type { ToolDefinition } from '../../adapters/tools.js'
import { type AfterTurn, createAfterTurn } from '../../foundation/async/event-loop-turn.js'
import { CLOCK_DRIFT_SECONDS, createSealer, type Sealer } from '../../foundation/crypto/sealed-token.js'
import { createSchemaValidator, type SchemaValidator } from '../../foundation/json-schema/schema-validator.js'
import { createTokenVerifier, type TokenVerifier } from '../../oauth/token-verifier.js'
import { builtInTools } from '../access/built-in-tools.js'
import type { ToolCatalogue } from '../access/tool-catalogue.js'
import type { Config } from './config.js'
import { createEventBus, createInProcessEvents, type EventBus } from './event-bus.js'
import { createLifecycle, type Lifecycle } from './lifecycle.js'

/** What all requests of one control plane share. */
export interface Runtime {
  /** The options, checked and complete. */
  readonly config: Config
  /** The rate limiter; `null` for none. */
  readonly limiter: RateLimiter | null
  /** Seals cursors, request states, checkpoints and events. */
  readonly sealer: Sealer
  /** The compiled schemas. */
  readonly schemas: SchemaValidator
  /** The library's own tools that the adapters can serve. */
  readonly builtInTools: readonly ToolDefinition[]
  /** Publishes and receives events. */
  readonly eventBus: EventBus
  /** The lifecycle of the control plane. Each face has one under it. */
  readonly lifecycle: Lifecycle
  /** Ids of request states that were used, for hosts without `adapters.runs`. With it, the store ensures single use on all nodes. */
  readonly usedStates: LRUCache<string, true>
  /** Verifies access tokens; `null`: none are accepted. */
  readonly tokens: TokenVerifier | null
  /** Schedules work after the current turn of the event loop. */
  readonly afterTurn: AfterTurn
  /** Frozen tool definitions that were checked and are valid. */
  readonly checkedTools: WeakSet<ToolDefinition>
  /** Catalogues of tool lists that cannot change, by the list. */
  readonly toolCatalogues: WeakMap<readonly ToolDefinition[], ToolCatalogue>
}

/** Makes the runtime of a control plane. */
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
    tokens: config.oauth === null ? null : createTokenVerifier(config.oauth),
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
