/** Finds the folder of this package, from its sources, from `dist/`, and from one bundled file. */

import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isRecord } from '../../foundation/json/guards.js'

/** What the package says of itself. */
export interface PackageFacts {
  /** The absolute path of its folder. */
  readonly root: string
  /** Its version. */
  readonly version: string
}

/** Walks up from this file to the package.json that is named allv-mcp. */
export function findPackage(from = dirname(fileURLToPath(import.meta.url))): PackageFacts {
  const file = join(from, 'package.json')
  const found: unknown = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null
  if (isRecord(found) && found['name'] === 'allv-mcp')
    return { root: from, version: String(found['version']) }
  const above = dirname(from)
  if (above === from) throw new Error('the files of allv-mcp are incomplete; install the package again')
  return findPackage(above)
}
