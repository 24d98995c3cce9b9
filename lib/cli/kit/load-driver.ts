/** Loads `pg` or PGlite, which the host installs. */

import { createRequire } from 'node:module'
import { join } from 'node:path'
import { isRecord } from '../../foundation/json/guards.js'
import { UsageError } from './failures.js'

interface Driver {
  /** The package, as npm names it. */
  readonly name: string
  /** Imports it as this package finds it. */
  readonly load: () => Promise<unknown>
}

/** `pg`. */
export const PG: Driver = { name: 'pg', load: () => import('pg') }

/** PGlite. */
export const PGLITE: Driver = { name: '@electric-sql/pglite', load: () => import('@electric-sql/pglite') }

/**
 * The driver's class of this name. It is looked up beside this package, then in the project at `cwd`: a program that npx fetched has no
 * neighbours. Throws a UsageError with the line that installs it.
 */
export async function loadDriver(driver: Driver, member: string, cwd: string): Promise<object> {
  const module = await driver.load().catch((error: unknown) => {
    if (!isMissing(error)) throw error
    return loadFrom(cwd, driver)
  })
  const found = memberOf(module, member) ?? memberOf(memberOf(module, 'default'), member)
  if (typeof found === 'function') return found
  throw new UsageError(`${driver.name} is not what was expected; run npm install ${driver.name}@latest`)
}

/** Only the packages above are loaded this way. */
function loadFrom(cwd: string, { name }: Driver): unknown {
  try {
    return createRequire(join(cwd, 'package.json'))(name)
  } catch (error) {
    if (!isMissing(error)) throw error
    throw new UsageError(`${name} is not installed; run npm install ${name}`)
  }
}

function isMissing(error: unknown): boolean {
  return isRecord(error) && (error['code'] === 'ERR_MODULE_NOT_FOUND' || error['code'] === 'MODULE_NOT_FOUND')
}

function memberOf(value: unknown, name: string): unknown {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return undefined
  return Reflect.get(value, name)
}
