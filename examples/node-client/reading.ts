/** Reads answers. What comes over the network is checked before it is believed. */

import { z } from 'zod'

const deal = z.object({ id: z.string(), title: z.string(), amount: z.number() })
type Deal = z.infer<typeof deal>

const created = z.object({ structuredContent: z.object({ deal }) })
const searched = z.object({ structuredContent: z.object({ deals: z.array(deal) }) })
const deleted = z.object({ structuredContent: z.object({ deleted: deal }) })
const read = z.object({ contents: z.tuple([z.object({ text: z.string() })]) })
const pending = z.object({ _meta: z.object({ 'ai.allv/code': z.literal('APPROVAL_PENDING') }) })
const replay = z.object({ _meta: z.object({ 'ai.allv/replayOf': z.object({}) }) })
const failed = z.object({ isError: z.literal(true), content: z.tuple([z.object({ text: z.string() })]) })

export const dealOf = (result: unknown): Deal => take(created, result).structuredContent.deal
export const dealsOf = (result: unknown): readonly Deal[] => take(searched, result).structuredContent.deals
export const deletedOf = (result: unknown): Deal => take(deleted, result).structuredContent.deleted
export const textOf = (result: unknown): string => take(read, result).contents[0].text

/** The call was not executed yet: nobody has decided. */
export const isPending = (result: unknown): boolean => pending.safeParse(result).success

/** The call was executed before, and this is the outcome of then. */
export const isReplay = (result: unknown): boolean => replay.safeParse(result).success

/** Ends the story with a sentence when something is not as told. */
export function expectThat(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(`this should hold, and does not: ${what}`)
}

/** One sentence for whatever went wrong. */
export function inWords(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { message, cause } = error
  return message === 'fetch failed' ? `nothing answers there; is "npm start" running? (${cause})` : message
}

function take<T>(schema: z.ZodType<T>, result: unknown): T {
  const parsed = schema.safeParse(result)
  if (parsed.success) return parsed.data
  const failure = failed.safeParse(result)
  throw new Error(
    failure.success ? failure.data.content[0].text : `an answer of another shape: ${JSON.stringify(result)}`,
  )
}
