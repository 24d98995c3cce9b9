/** What all requests of one process share: the configuration, the limiter, the sealer and the compiled schemas. */

import { RateLimiterMemory } from 'rate-limiter-flexible'
import type { Config, RateLimiter } from '../options.js'
import { createSealer, type Sealer } from '../seal.js'
import { createSchemaCache, type SchemaCache } from './schema-cache.js'

export interface Plane {
  readonly config: Config
  readonly limiter: RateLimiter | null
  readonly sealer: Sealer
  readonly schemas: SchemaCache
}

export function createPlane(config: Config): Plane {
  return Object.freeze({
    config,
    limiter: createLimiter(config.rateLimit),
    sealer: createSealer(config.secrets),
    schemas: createSchemaCache(),
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
