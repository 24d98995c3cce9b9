/** Reads the results of calls. What comes over the network is checked before it is used. */

import { z } from 'zod'

const deal = z.object({ id: z.string(), title: z.string(), amount: z.number() })
type Deal = z.infer<typeof deal>

const created = z.object({ structuredContent: z.object({ deal }) })
const searched = z.object({ structuredContent: z.object({ deals: z.array(deal) }) })
const deleted = z.object({ structuredContent: z.object({ deleted: deal }) })
const read = z.object({ contents: z.tuple([z.object({ text: z.string() })]) })
const approval = z.object({ structuredContent: z.object({ expiresAt: z.iso.datetime() }) })
const replay = z.object({ _meta: z.object({ 'ai.allv/replayOf': z.object({}) }) })
const failed = z.object({
  isError: z.literal(true),
  content: z.tuple([z.object({ text: z.string() })]),
  _meta: z.object({ 'ai.allv/code': z.string() }).optional(),
})

export const dealOf = (result: unknown): Deal => parse(created, result).structuredContent.deal
export const dealsOf = (result: unknown): readonly Deal[] => parse(searched, result).structuredContent.deals
export const deletedOf = (result: unknown): Deal => parse(deleted, result).structuredContent.deleted
export const textOf = (result: unknown): string => parse(read, result).contents[0].text
export const expiryOf = (result: unknown): Date =>
  new Date(parse(approval, result).structuredContent.expiresAt)

/** The call ran before, and this is its outcome of then. */
export const isReplay = (result: unknown): boolean => replay.safeParse(result).success

export interface Failure {
  /** A stable code such as `APPROVAL_DENIED`; `null` if the tool itself failed. */
  readonly code: string | null
  readonly message: string
}

/** `null` for a result that is no failure. */
export function failureOf(result: unknown): Failure | null {
  const { success, data } = failed.safeParse(result)
  return success ? { code: data._meta?.['ai.allv/code'] ?? null, message: data.content[0].text } : null
}

/** Ends the program with a sentence when something is not as it must be. */
export function assertThat(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(`this must be true, and is not: ${what}`)
}

function parse<T>(schema: z.ZodType<T>, result: unknown): T {
  const parsed = schema.safeParse(result)
  if (parsed.success) return parsed.data
  throw new Error(failureOf(result)?.message ?? `a result of another shape: ${JSON.stringify(result)}`)
}
