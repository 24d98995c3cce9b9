/** Resources of the host's own, beside memory. The adapter decides what the member may read; the library's own scheme stays the library's. */

import { isAsk } from '../../adapter-kit/ask.js'
import type { Answered, Ask } from '../../adapters/input-requests.js'
import type { ResourceContents, ResourceInfo, ResourceTemplate } from '../../adapters/resources.js'
import { type InputChannel, withInputRequests } from '../input/request-input.js'
import { dateProblem, isContents, textProblem, uriProblem, usableItems } from '../request/host-items.js'
import type { Admitted } from '../request/stages.js'
import { callAdapter } from '../runtime/adapter-call.js'
import { isMemoryUri } from '../runtime/brand.js'
import type { Runtime } from '../runtime/runtime.js'

const MAX_URI_LENGTH = 2048

export async function listResources(
  runtime: Runtime,
  { context }: Admitted,
): Promise<readonly ResourceInfo[]> {
  const { adapters, brand } = runtime.config
  const { resources } = adapters
  if (resources === undefined) return []
  const given = await callAdapter(runtime, context.correlationId, () => resources.list(context))
  const from = 'resources.list'
  const listed = usableItems(runtime, context, { given, from, problemOf: resourceProblem })
  return listed.filter(({ uri }) => !isMemoryUri(brand, uri))
}

export async function listResourceTemplates(
  runtime: Runtime,
  { context }: Admitted,
): Promise<readonly ResourceTemplate[]> {
  const { resources } = runtime.config.adapters
  if (resources?.templates === undefined) return []
  const given = await callAdapter(
    runtime,
    context.correlationId,
    async () => (await resources.templates?.(context)) ?? [],
  )
  const from = 'resources.templates'
  return usableItems(runtime, context, { given, from, problemOf: templateProblem })
}

const OPTIONAL = ['title', 'description', 'mimeType'] as const

function resourceProblem(resource: ResourceInfo): string | null {
  const { uri, size, updatedAt } = resource
  if (size !== undefined && !Number.isSafeInteger(size)) return 'its size must be a whole number of bytes'
  return (
    textProblem(resource, { required: ['uri', 'name'], optional: OPTIONAL }) ??
    uriProblem(uri) ??
    (updatedAt === undefined ? null : dateProblem(updatedAt))
  )
}

function templateProblem(template: ResourceTemplate): string | null {
  return textProblem(template, { required: ['uriTemplate', 'name'], optional: OPTIONAL })
}

function contentsProblem(contents: ResourceContents): string | null {
  return isContents({ ...contents }) ? null : 'it needs a uri, and text or blob as texts'
}

export interface ResourceInput extends InputChannel {
  /** Asks the gates again. */
  readonly readmit: () => Promise<Admitted>
  readonly uri: string
  readonly answered: Answered
}

/** The contents, questions, or `null` where there is nothing to read for this member. */
export async function readResource(
  runtime: Runtime,
  admitted: Admitted,
  input: ResourceInput,
): Promise<readonly ResourceContents[] | Ask | null> {
  const { adapters, brand } = runtime.config
  const { resources } = adapters
  const { uri } = input
  if (resources === undefined || isMemoryUri(brand, uri) || uri.length > MAX_URI_LENGTH) return null
  let { context } = admitted
  const read = async (answered: Answered): Promise<readonly ResourceContents[] | Ask | null> => {
    const given = await callAdapter(
      runtime,
      context.correlationId,
      async () => (await resources.read(context, { uri, ...answered })) ?? null,
    )
    if (given === null || isAsk(given)) return given
    return usableItems(runtime, context, { given, from: 'resources.read', problemOf: contentsProblem })
  }
  return withInputRequests(runtime, input, input.answered, read, {
    isAsk,
    beforeAsking: async () => {},
    recheck: async () => {
      // With the member as they are after the wait.
      context = (await input.readmit()).context
    },
  })
}
