import { run } from './projects/packed.js'
import { projectIn } from './projects/shared-project.js'

/** Hosts compile strictly, the types of libraries included, with the TypeScript and the module format that they have. */

const HOST = `
import { type AuditEvent, type BusEvent, createAllvMcpRouter, createInProcessEvents, createToolProvider, defineTool, type HostEvent, type ToolDefinition } from 'allv-mcp'
import { type AnyPostgres, createPostgresAdapters } from 'allv-mcp/postgres'
import { createRedisEvents } from 'allv-mcp/redis'
import { createListenerSet, decisionEvent } from 'allv-mcp/adapter-kit'
import { createInMemoryAdapters } from 'allv-mcp/testing'
import { z } from 'zod'
declare const pool: AnyPostgres
export const events: typeof createRedisEvents = createRedisEvents
export const event: (...of: Parameters<typeof decisionEvent>) => AuditEvent = decisionEvent
export const listeners = createListenerSet<[BusEvent]>(() => {})
export const told: HostEvent = { type: 'tools_changed', workspaceId: 'ws', memberId: null }
void createInProcessEvents().publish(told)
// @ts-expect-error only the library says so
void createInProcessEvents().publish({ type: 'run_cancelled', workspaceId: 'ws', memberId: 'm', runId: 'run_1' })
const tools = createToolProvider([
  defineTool({ name: 'a', description: 'x', input: z.object({ n: z.number() }), output: z.object({ n: z.number() }), run: ({ n }) => ({ n: n + 1 }) }),
  defineTool({ name: 'b', description: 'x', input: { type: 'object' }, run: (args) => Object.keys(args).join() }),
  // @ts-expect-error the output says a number
  defineTool({ name: 'c', description: 'x', input: z.object({}), output: z.object({ n: z.number() }), run: () => ({ n: 'one' }) }),
])
const stores = createPostgresAdapters({ pool })
createAllvMcpRouter({ adapters: { ...stores, tools } })
createAllvMcpRouter({ adapters: { apiKeys: stores.apiKeys, members: stores.members, tools } })
// @ts-expect-error the rule is adapters.policy
createPostgresAdapters({ pool, evaluate: tools.evaluate })
// @ts-expect-error the rule is adapters.policy
createAllvMcpRouter({ adapters: { ...stores, tools, approvals: { ...stores.approvals, evaluate: tools.evaluate } } })
export const router = createAllvMcpRouter({ adapters: createInMemoryAdapters({ tools }) })
export const closed: Promise<void> = router.close()
export const definition: ToolDefinition = { name: 'x', description: 'x', inputSchema: { type: 'object' } }
// @ts-expect-error there is no such option
createAllvMcpRouter({ adapters: createInMemoryAdapters(), timeout: 1 })
`
/** On both versions of Express, whose types differ. */
const mount = (host: string) => `import express from 'express'
import express4 from 'express4'
import { router } from './${host}'
express().use('/api', router).use(router)
express4().use('/api', router).use(router)
`
/** Must be reported: a compiler that did not run would find nothing either. */
const WRONG = `import { createAllvMcpRouter } from 'allv-mcp'\nexport const wrong: string = createAllvMcpRouter\n`

interface Setting {
  readonly module: string
  readonly moduleResolution: string
  /** The versions of TypeScript that know it. */
  readonly typescripts: readonly string[]
}
const OLDEST = 'typescript-5.4'
const MIDDLE = 'typescript-5.9'
const NEWEST = 'typescript'
const SETTINGS: readonly Setting[] = [
  { module: 'commonjs', moduleResolution: 'node10', typescripts: [OLDEST] },
  { module: 'commonjs', moduleResolution: 'bundler', typescripts: [NEWEST] },
  { module: 'node16', moduleResolution: 'node16', typescripts: [OLDEST, NEWEST] },
  { module: 'node18', moduleResolution: 'node16', typescripts: [MIDDLE, NEWEST] },
  { module: 'nodenext', moduleResolution: 'nodenext', typescripts: [NEWEST] },
  { module: 'esnext', moduleResolution: 'bundler', typescripts: [OLDEST, NEWEST] },
]
const CASES = SETTINGS.flatMap(({ module, moduleResolution, typescripts }) =>
  typescripts.map((typescript, i) => ({ module, moduleResolution, typescript, exact: i % 2 === 0 })),
)

it.each(CASES)(
  'compiles with $typescript, module $module, moduleResolution $moduleResolution, exactOptionalPropertyTypes $exact',
  async ({ typescript, module, moduleResolution, exact }) => {
    const both = module.startsWith('node')
    const files: Readonly<Record<string, string>> = both
      ? // The two formats in one program, each with the types of its own.
        {
          'host.cts': HOST,
          'host.mts': HOST,
          'mount.cts': mount('host.cjs'),
          'mount.mts': mount('host.mjs'),
          'wrong.cts': WRONG,
          'wrong.mts': WRONG,
        }
      : { 'host.ts': HOST, 'mount.ts': mount('host'), 'wrong.ts': WRONG }
    const reported = await compile(`types-${typescript}-${module}-${moduleResolution}`, typescript, files, {
      ...STRICT,
      module,
      moduleResolution,
      exactOptionalPropertyTypes: exact,
    })
    expect(reported.filter((line) => line.startsWith('wrong.'))).toHaveLength(both ? 2 : 1)
    // Faults inside of other packages are theirs; none may be in ours or in the host.
    const ours = /^((host|mount|tsconfig)\.|\.\.\/node_modules\/allv-mcp|error)/
    expect(reported.filter((line) => ours.test(line))).toEqual([])
  },
)

const STRICT = {
  strict: true,
  esModuleInterop: true,
  skipLibCheck: false,
  noEmit: true,
  target: 'es2022',
  lib: ['es2023'],
  types: ['node'],
  typeRoots: ['../node_modules/@types'],
}

async function compile(
  name: string,
  typescript: string,
  files: Readonly<Record<string, string>>,
  compilerOptions: object,
): Promise<readonly string[]> {
  const tsconfig = JSON.stringify({ compilerOptions, files: Object.keys(files) })
  const path = await projectIn(name, { ...files, 'tsconfig.json': tsconfig })
  const tsc = `../node_modules/${typescript}/bin/tsc`
  try {
    await run(process.execPath, [tsc, '-p', '.'], path)
    return []
  } catch (error) {
    return String((error as { stdout?: string }).stdout).split('\n')
  }
}
