/** The `@example` blocks of the doc comments of lib/, each made into a file that compiles by itself. */

import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { SnippetFile } from './compile-snippets.js'

/** A public name of the package. */
export interface PublicName {
  readonly name: string
  /** How a host imports it, such as `allv-mcp/testing`. */
  readonly from: string
  /** A type only. */
  readonly isType: boolean
}

/** One example, and what it explains. */
export interface DocExample {
  /** The source, such as `lib/mcp/router.ts`. */
  readonly source: string
  /** The declaration below the comment: `createAllvMcpRouter`. `null`: a member of an interface. */
  readonly of: string | null
  readonly text: string
}

/** Only public entries have an `index.ts`. */
export function readPublicNames(): readonly PublicName[] {
  return readdirSync('lib', { recursive: true, encoding: 'utf8' })
    .filter((path) => /(^|\/)index\.ts$/.test(path))
    .flatMap((path) => {
      const folder = dirname(path)
      const from = folder === '.' ? 'allv-mcp' : `allv-mcp/${folder}`
      const lists = readFileSync(join('lib', path), 'utf8').matchAll(/^export (type )?\{([^}]*)\}/gm)
      return [...lists].flatMap(([, all, list = '']) =>
        [...list.matchAll(/(type )?([\w$]+)\s*(?:,|$)/g)].map(([, one, name = '']) => ({
          name,
          from,
          isType: all !== undefined || one !== undefined,
        })),
      )
    })
}

const COMMENT = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*(?=([^\n]*))/g
const DECLARATION = /^export (?:async )?(?:function|const|class|interface|type) ([\w$]+)/

export function readDocExamples(): readonly DocExample[] {
  return readdirSync('lib', { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => join('lib', path))
    .flatMap((source) =>
      [...readFileSync(source, 'utf8').matchAll(COMMENT)].flatMap(([, comment = '', next = '']) =>
        examplesIn(comment).map((text) => ({ source, of: DECLARATION.exec(next)?.[1] ?? null, text })),
      ),
    )
}

function examplesIn(comment: string): readonly string[] {
  const text = comment.replaceAll(/^[ \t]*\* ?/gm, '')
  const [, ...blocks] = text.split(/^@example\n/m)
  return blocks.map((block) => {
    const [code = ''] = block.split(/^@\w+/m)
    return code.replaceAll(/^```\w*\n/gm, '').trim()
  })
}

/** What examples use without saying where it comes from: the parts of a host's app. */
const NAMES = `
  import type { Express } from 'express'
  import type * as allv from 'allv-mcp'
  import type { PostgresAdapters, AnyPostgres } from 'allv-mcp/postgres'
  declare global {
    const app: Express
    const pool: AnyPostgres
    const redis: import('ioredis').Redis
    const secret: string
    const adapters: allv.Adapters
    const stores: PostgresAdapters
    const tools: allv.ToolProvider
    const prompts: allv.PromptsAdapter
    const resources: allv.ResourcesAdapter
    const plane: allv.ControlPlane
    const agents: allv.AllvAgentApi
    const agent: allv.AllvAgent
    const approval: allv.Approval
    const auditEvent: allv.AuditEvent
    const context: allv.MemberContext
    const store: { decide(decision: allv.Decision): Promise<allv.DecisionResult> }
    const db: {
      insert(table: string, row: object): Promise<void>
      find<T>(table: string, where: object): Promise<T | null>
      all<T>(table: string, where: object): Promise<readonly T[]>
    }
    const log: { info(...said: unknown[]): void; error(...said: unknown[]): void }
    const transport: { send(text: string): Promise<void>; onText(listener: (text: string) => void): void }
    const queue: { onValue(listener: (value: unknown) => void): void }
    const createDeal: (workspaceId: string, title: string, amount: number) => Promise<{ id: string }>
    const retryAfter: (seconds: number) => Promise<void>
  }
`

/** Names of packages that examples use without an import. */
const OTHERS: readonly PublicName[] = [
  ['z', 'zod'],
  ['Pool', 'pg'],
  ['createServer', 'node:http'],
  ['describe', 'node:test'],
  ['it', 'node:test'],
  ['Request', 'express'],
  ['Response', 'express'],
  ['NextFunction', 'express'],
].map(([name = '', from = '']) => ({ name, from, isType: false }))

/** The files to compile. An example imports what it names and does not declare. */
export function toFiles(examples: readonly DocExample[]): readonly SnippetFile[] {
  const known = [...readPublicNames(), ...OTHERS]
  const files = examples.map(({ source, text }, i) => ({
    path: `${source.replace(/\.ts$/, '')}-${i}.ts`,
    text: `${importsOf(text, known).join('\n')}\n${text}\nexport {}\n`,
  }))
  return [{ path: 'names.d.ts', text: NAMES }, ...files]
}

function importsOf(text: string, known: readonly PublicName[]): readonly string[] {
  const code = text.replaceAll(/\/\/[^\n]*|'[^'\n]*'/g, '')
  const isOwn = (name: string) =>
    new RegExp(`\\b(?:const|function|interface|type|import \\{[^}]*)\\s*\\b${name}\\b`).test(code)
  const used = known.filter(
    ({ name }) => new RegExp(`(?<!\\w|(?<!\\.\\.)\\.)${name}\\b(?!:)`).test(code) && !isOwn(name),
  )
  const first = used.filter(({ name }, i) => used.findIndex((other) => other.name === name) === i)
  return first.map(({ name, from }) => `import { ${name} } from '${from}'`)
}
