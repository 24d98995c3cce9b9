/** The npm name of a new app. */

import { basename } from 'node:path'
import { UsageError } from '../kit/failures.js'

const NAME = /^(?:@[a-z0-9][a-z0-9._-]*\/)?[a-z0-9][a-z0-9._-]{0,99}$/

interface Wanted {
  /** `--name`. `undefined`: the folder says it. */
  readonly given: string | undefined
  /** The folder of the app. */
  readonly folder: string
  /** Packages that the app needs: npm installs none of the app's own name. */
  readonly taken: readonly string[]
}

/** Throws a UsageError for a `--name` that npm does not take. A folder's name becomes one that it takes. */
export function appName({ given, folder, taken }: Wanted): string {
  if (given === undefined) {
    const name = basename(folder)
      .toLowerCase()
      .replaceAll(/[^a-z0-9._-]+/g, '-')
      .replaceAll(/^[._-]+|[._-]+$/g, '')
      .slice(0, 100)
    return NAME.test(name) && !taken.includes(name) ? name : 'my-app'
  }
  if (!NAME.test(given))
    throw new UsageError(
      '--name must be a name for npm: lower-case letters, digits, dots, hyphens and underscores',
    )
  if (taken.includes(given))
    throw new UsageError(`--name must not be that of a package which the app needs: ${given}`)
  return given
}
