/** Resources of the host's own, beside memory. The adapter decides what the member may read; the library's own scheme stays the library's. */

import type { Answered, Ask } from '../adapters/input.js'
import type { ResourceContents, ResourceInfo, ResourceTemplate } from '../adapters/resources.js'
import { isAsk } from '../ask.js'
import { callAdapter } from './adapter-call.js'
import type { Admitted } from './context.js'
import type { Plane } from './plane.js'
import { type Questioner, withQuestions } from './put-questions.js'

const OWN_SCHEME = /^allv:/i
const MAX_URI_LENGTH = 2048

export async function listResources(
  plane: Plane,
  { context, correlationId }: Admitted,
): Promise<readonly ResourceInfo[]> {
  const { resources } = plane.config.adapters
  if (resources === undefined) return []
  const listed = await callAdapter(plane, correlationId, () => resources.list(context))
  return listed.filter(({ uri }) => !OWN_SCHEME.test(uri))
}

export async function listResourceTemplates(
  plane: Plane,
  { context, correlationId }: Admitted,
): Promise<readonly ResourceTemplate[]> {
  const { resources } = plane.config.adapters
  if (resources?.templates === undefined) return []
  return callAdapter(plane, correlationId, async () => (await resources.templates?.(context)) ?? [])
}

export interface ResourceInput extends Questioner {
  /** Asks the gates again. */
  readonly readmit: () => Promise<Admitted>
  readonly uri: string
  readonly answered: Answered
}

/** The contents, questions, or `null` where there is nothing to read for this member. */
export async function readResource(
  plane: Plane,
  { context, correlationId }: Admitted,
  input: ResourceInput,
): Promise<readonly ResourceContents[] | Ask | null> {
  const { resources } = plane.config.adapters
  const { uri } = input
  if (resources === undefined || OWN_SCHEME.test(uri) || uri.length > MAX_URI_LENGTH) return null
  return withQuestions(
    plane,
    input,
    input.answered,
    (answered) =>
      callAdapter(
        plane,
        correlationId,
        async () => (await resources.read(context, { uri, ...answered })) ?? null,
      ),
    { isAsk, beforeAsking: async () => {}, recheck: input.readmit },
  )
}
