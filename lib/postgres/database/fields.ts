/** Converts between fields of JavaScript and columns of SQL: names, times, texts, and many rows in one statement. */

import { isStorableText } from '../../foundation/text/text.js'
import type { Value } from './database.js'

/** `workspaceId` is `workspace_id`. */
function columnOf(field: string): string {
  return field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

/** A select list that gives rows with JavaScript names: `id, workspace_id as "workspaceId"`. A field that ends with `At` is a time. */
export function selectList(fields: readonly string[], table = ''): string {
  return fields
    .map((field) => `${expressionOf(field, `${table}${columnOf(field)}`)} as "${field}"`)
    .join(', ')
}

function expressionOf(field: string, column: string): string {
  return field.endsWith('At') ? epochMs(column) : column
}

/** Selects a time as a number, which does not depend on the session's TimeZone and DateStyle. */
export function epochMs(column: string): string {
  return `round(extract(epoch from ${column}) * 1000)::bigint`
}

/** A time in a row: milliseconds from a column, or a text in JSON. */
export type StoredTime = number | string

/** The type of a record in a row: its dates are times of the row. */
export type Stored<T> = {
  readonly [K in keyof T]: Date extends T[K] ? StoredTime | Exclude<T[K], Date> : T[K]
}

/** Reads a time of a row. */
export function dateOf(time: StoredTime): Date {
  return new Date(time)
}

/** Reads a time of a row that may be `null`. */
export function dateOrNull(time: StoredTime | null): Date | null {
  return time === null ? null : new Date(time)
}

/** Whether a row with these texts can exist. PostgreSQL stores no NUL and no lone surrogates, and rejects a query with one. */
export function canBeThere(...texts: readonly (string | null | undefined)[]): boolean {
  return texts.every((text) => typeof text !== 'string' || isStorableText(text))
}

/** Whether a text is a cursor of a list: a sequence number, or `null` for the first page. For any other text the page is empty. */
export function isSequence(cursor: string | null): boolean {
  return cursor === null || /^\d{1,18}$/.test(cursor)
}

/** One column of many rows in one statement. */
export interface Column<T> {
  /** The JavaScript name. */
  readonly field: string
  /** The SQL type. Values are sent as text and cast, so that both drivers write the same arrays. */
  readonly type: string
  /** Gives the value of one row. */
  readonly of: (item: T) => string | number | boolean | null
}

/** Gives `unnest(…) with ordinality as given(…, place)`, and adds its arrays to `values`. */
export function unnestColumns<T>(
  columns: readonly Column<T>[],
  items: readonly T[],
  values: Value[],
): string {
  const arrays = columns.map(({ of }) => {
    values.push(items.map((item) => asText(of(item))))
    return `$${values.length}::text[]`
  })
  return `unnest(${arrays.join(', ')}) with ordinality as given(${columns.map(({ field }) => columnOf(field)).join(', ')}, place)`
}

/** The columns of `given`, each cast to its type. */
export function typed<T>(columns: readonly Column<T>[]): string {
  return columns.map(({ field, type }) => `given.${columnOf(field)}::${type}`).join(', ')
}

/** The column names. */
export function names<T>(columns: readonly Column<T>[]): string {
  return columns.map(({ field }) => columnOf(field)).join(', ')
}

function asText(value: string | number | boolean | null): string | null {
  return value === null ? null : String(value)
}
