/** Lists and reads the host's own resources. The adapter decides what the member may read. URIs with the memory scheme are not the host's. */

import { isAsk } from '../../adapter-kit/ask.js'
import type { Answered, Ask } from '../../adapters/input-requests.js'
import type { ResourceContents, ResourceInfo, ResourceTemplate } from '../../adapters/resources.js'
import { type InputChannel, withInputRequests } from '../input/request-input.js'
import { dateProblem, isContents, textProblem, uriProblem, usableItems } from '../request/host-items.js'
import type { Admitted } from '../request/stages.js'
import { callAdapter } from '../runtime/adapter-call.js'
import { type Brand, isMemoryUri } from '../runtime/brand.js'
import type { Runtime } from '../runtime/runtime.js'

const MAX_URI_LENGTH = 2048

/** The host's own resources that this member may read. */
export async function listResources(
  runtime: Runtime,
  { context }: Admitted,
): Promise<readonly ResourceInfo[]> {
  const { adapters, brand } = runtime.config
  const { resources } = adapters
  if (resources === undefined) return []
  const given = await callAdapter(runtime, context.correlationId, () => resources.list(context))
  const problemOf = (resource: ResourceInfo) =>
    resourceProblem(resource) ?? schemeProblem(brand, resource.uri)
  return usableItems(runtime, context, { given, from: 'resources.list', problemOf })
}

/** The templates of the host's own resources. */
export async function listResourceTemplates(
  runtime: Runtime,
  { context }: Admitted,
): Promise<readonly ResourceTemplate[]> {
  const { adapters, brand } = runtime.config
  const { resources } = adapters
  if (resources?.templates === undefined) return []
  const given = await callAdapter(
    runtime,
    context.correlationId,
    async () => (await resources.templates?.(context)) ?? [],
  )
  const problemOf = (template: ResourceTemplate) =>
    templateProblem(template) ?? schemeProblem(brand, template.uriTemplate)
  return usableItems(runtime, context, { given, from: 'resources.templates', problemOf })
}

/** Nobody could read it: addresses of this scheme are looked up in memory alone. */
function schemeProblem(brand: Brand, uri: string): string | null {
  return isMemoryUri(brand, uri) ? `its scheme "${brand.memoryScheme}" is that of memory addresses` : null
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

/** A request for one resource. */
export interface ResourceInput extends InputChannel {
  /** Repeats the admission steps. */
  readonly readmit: () => Promise<Admitted>
  /** URI of the resource, as the client sent it. */
  readonly uri: string
  /** The responses that the client has sent so far. */
  readonly answered: Answered
}

/** The contents, or the input requests of the host. `null` when there is nothing that this member may read. */
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
      // The member may have changed during the wait.
      context = (await input.readmit()).context
    },
  })
}
