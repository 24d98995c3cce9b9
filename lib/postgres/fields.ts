/** Field names in JavaScript and in SQL, and what JSON makes of dates. */

import type { Value } from './database.js'

/** `workspaceId` is `workspace_id`. */
export function columnOf(field: string): string {
  return field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

/** `id, workspace_id as "workspaceId"`: a select list that gives rows with the names of JavaScript. */
export function selected(fields: readonly string[], table = ''): string {
  return fields.map((field) => `${table}${columnOf(field)} as "${field}"`).join(', ')
}

/** As a row comes: dates are text. */
export type Stored<T> = { readonly [K in keyof T]: Date extends T[K] ? string | Exclude<T[K], Date> : T[K] }

export function dateOf(text: string): Date {
  return new Date(text)
}

export function dateOrNull(text: string | null): Date | null {
  return text === null ? null : new Date(text)
}

/** Whether PostgreSQL can hold and find it as text: it knows no NUL and no half characters. What it cannot hold is not there. */
export function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0')
}

/** One column of many rows that travel in one statement. */
export interface Column<T> {
  readonly field: string
  /** The SQL type. All travel as text, so that both drivers write the same arrays. */
  readonly type: string
  readonly of: (item: T) => string | number | boolean | null
}

/** `unnest(…) with ordinality as given(…, place)`; its arrays are added to `values`. */
export function given<T>(columns: readonly Column<T>[], items: readonly T[], values: Value[]): string {
  const arrays = columns.map(({ of }) => {
    values.push(items.map((item) => asText(of(item))))
    return `$${values.length}::text[]`
  })
  return `unnest(${arrays.join(', ')}) with ordinality as given(${columns.map(({ field }) => columnOf(field)).join(', ')}, place)`
}

/** The columns of `given`, each as its type. */
export function typed<T>(columns: readonly Column<T>[]): string {
  return columns.map(({ field, type }) => `given.${columnOf(field)}::${type}`).join(', ')
}

export function names<T>(columns: readonly Column<T>[]): string {
  return columns.map(({ field }) => columnOf(field)).join(', ')
}

function asText(value: string | number | boolean | null): string | null {
  return value === null ? null : String(value)
}
