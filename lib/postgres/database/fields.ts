/** Field names in JavaScript and in SQL, and what JSON makes of dates. */

import { isStorableText } from '../../foundation/text/text.js'
import type { Value } from './database.js'

/** `workspaceId` is `workspace_id`. */
function columnOf(field: string): string {
  return field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

/** `id, workspace_id as "workspaceId"`: a select list that gives rows with the names of JavaScript. What ends in `At` is a time. */
export function selectList(fields: readonly string[], table = ''): string {
  return fields
    .map((field) => `${expressionOf(field, `${table}${columnOf(field)}`)} as "${field}"`)
    .join(', ')
}

function expressionOf(field: string, column: string): string {
  return field.endsWith('At') ? epochMs(column) : column
}

/** A time as a number, so that it reads the same whatever the session's TimeZone and DateStyle are. */
export function epochMs(column: string): string {
  return `round(extract(epoch from ${column}) * 1000)::bigint`
}

/** Milliseconds of a column, or the text of a date within JSON. */
export type StoredTime = number | string

/** As a row comes. */
export type Stored<T> = {
  readonly [K in keyof T]: Date extends T[K] ? StoredTime | Exclude<T[K], Date> : T[K]
}

export function dateOf(time: StoredTime): Date {
  return new Date(time)
}

export function dateOrNull(time: StoredTime | null): Date | null {
  return time === null ? null : new Date(time)
}

/** Whether there can be a row with these: PostgreSQL knows no NUL and no half characters, so what it cannot hold is not there. */
export function canBeThere(...texts: readonly (string | null | undefined)[]): boolean {
  return texts.every((text) => typeof text !== 'string' || isStorableText(text))
}

/** Cursors of lists are sequence numbers. Another text is no cursor of ours, and nothing comes after it. */
export function isSequence(cursor: string | null): boolean {
  return cursor === null || /^\d{1,18}$/.test(cursor)
}

/** One column of many rows that travel in one statement. */
export interface Column<T> {
  readonly field: string
  /** The SQL type. All travel as text, so that both drivers write the same arrays. */
  readonly type: string
  readonly of: (item: T) => string | number | boolean | null
}

/** `unnest(…) with ordinality as given(…, place)`; its arrays are added to `values`. */
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
