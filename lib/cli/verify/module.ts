/** Loads the module that says what is verified. */

import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { messageOf } from '../../foundation/errors/message-of.js'
import { isRecord } from '../../foundation/json/guards.js'
import { defineVerification, type Verification } from '../../testing/index.js'
import { UnreachableError, UsageError } from '../kit/failures.js'
import { unreachableIn } from './unreachable.js'

/** Throws `UsageError` if there is no such module, or if it does not export a verification; `UnreachableError` if its database does not answer. */
export async function readModule(path: string, cwd: string): Promise<Verification> {
  const file = resolve(cwd, path)
  const loaded = await load(path, pathToFileURL(file).href)
  const exported = loaded['default']
  // A CommonJS module that was compiled from ESM has its default one level below.
  const given = isRecord(exported) && isRecord(exported['default']) ? exported['default'] : exported
  if (given === undefined)
    throw new UsageError(`${path} has no default export: write export default defineVerification({ … })`)
  if (!isVerification(given)) throw new UsageError(`${path} does not export a verification`)
  return given
}

async function load(path: string, href: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    const loaded: unknown = await import(href)
    return isRecord(loaded) ? loaded : {}
  } catch (error) {
    const unreachable = unreachableIn(error)
    if (unreachable !== null) throw new UnreachableError(`${path}: ${unreachable}`)
    throw new UsageError(`${path} could not be loaded: ${reasonOf(error)}`)
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if ('code' in error && error.code === 'ERR_UNKNOWN_FILE_EXTENSION')
    return 'this version of Node does not run TypeScript. Use Node 22.18 or later, or compile the module'
  return error.message
}

/** The module may have been written without `defineVerification`, or with that of another copy of the package. */
function isVerification(given: unknown): given is Verification {
  if (!isRecord(given)) return false
  try {
    defineVerification(given)
    return true
  } catch (error) {
    throw new UsageError(messageOf(error))
  }
}
