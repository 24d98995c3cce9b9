/** The table of clients. */

import { APPS } from './app-clients.js'
import type { Client, ClientId } from './client.js'
import { EDITORS } from './editor-clients.js'
import { EXTENSIONS } from './extension-clients.js'
import type { Recipe } from './recipe.js'
import { TERMINAL_CLIENTS } from './terminal-clients.js'

const RECIPES: ReadonlyMap<string, Recipe> = new Map<string, Recipe>(
  Object.entries({ ...EDITORS, ...EXTENSIONS, ...TERMINAL_CLIENTS, ...APPS } satisfies Readonly<
    Record<ClientId, Recipe>
  >),
)

/** All clients that a configuration can be made for, by title. */
export const CLIENTS: readonly Client[] = [...RECIPES.values()]
  .map(({ client }) => client)
  .sort((a, b) => (a.title.toLowerCase() < b.title.toLowerCase() ? -1 : 1))

/** The client of an id. Throws a TypeError that lists the ids if there is none. */
export function recipeOf(id: string): Recipe {
  const recipe = RECIPES.get(id)
  if (recipe !== undefined) return recipe
  throw new TypeError(`there is no client "${id}"; the clients are ${[...RECIPES.keys()].sort().join(', ')}`)
}

/**
 * Whether a text is the id of a client.
 *
 * @example
 * const wanted = new URL('https://app.example/connect?client=zed').searchParams.get('client') ?? ''
 * const client = isClientId(wanted) ? wanted : 'cursor'
 */
export function isClientId(id: string): id is ClientId {
  return RECIPES.has(id)
}
