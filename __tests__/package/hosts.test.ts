import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { compileSnippets } from '../support/compile-snippets.js'
import { LONG } from '../support/long.js'
import { runProgram } from '../support/run-program.js'
import { readSnippets } from '../support/snippets.js'

/** The hosts of docs/guide/hosts.md that need packages of their own. Express 5 and node:http run in snippets.test.ts. */

const snippets = readSnippets('docs/guide/hosts.md').filter(({ language }) => language === 'ts')
const adapters = snippets.find(({ file }) => file === 'adapters.ts')?.text ?? ''

interface Host {
  /** As `packages=` on the fence. */
  readonly name: string
  readonly compilerOptions?: Readonly<Record<string, unknown>>
  /** Files that such an app has anyway. */
  readonly files?: Readonly<Record<string, string>>
  /** A path beside MCP, and what the host answers there. */
  readonly other: readonly [path: string, status: number]
}

const HOSTS: readonly Host[] = [
  { name: 'express4', other: ['/', 404] },
  {
    name: 'nestjs',
    compilerOptions: { experimentalDecorators: true, emitDecoratorMetadata: true },
    other: ['/hello', 200],
  },
  // Its packages have 340 MB.
  ...(LONG
    ? [
        {
          name: 'nextjs',
          // As in a new app of Next.js: its types are wrong under nodenext.
          compilerOptions: { module: 'esnext', moduleResolution: 'bundler' },
          files: { 'pages/hello.js': 'export default function Hello() { return "hello" }' },
          other: ['/hello', 200],
        } as const,
      ]
    : []),
]

it.each(HOSTS.map((host) => [host.name, host] as const))('runs as printed: %s', async (name, host) => {
  const program = snippets.find(({ packages }) => packages === name)
  const root = join('.build/hosts', name)
  const folder = join(root, 'host')
  givePackages(name, root)
  for (const [path, text] of Object.entries(host.files ?? {})) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  const files = [
    { path: 'adapters.ts', text: adapters },
    { path: 'main.ts', text: program?.text ?? '' },
  ]
  expect(compileSnippets(folder, files, host.compilerOptions)).toBe('')
  const running = await runProgram(join(folder, 'main.js'), { NEXT_TELEMETRY_DISABLED: '1' }, root)
  try {
    expect([running.port !== null, running.output()]).toEqual([true, expect.any(String)])
    const origin = `http://127.0.0.1:${running.port}`
    const mount = name === 'nextjs' ? '' : '/api'
    const answer = await fetch(`${origin}${mount}/workspaces/ws_acme/mcp`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': 'sk_test_only' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'members_me' } }),
    })
    expect(await answer.json()).toMatchObject({
      result: { content: [{ type: 'text', text: 'ada@acme.test in ws_acme' }] },
    })
    const [path, status] = host.other
    expect((await fetch(`${origin}${path}`)).status).toBe(status)
  } finally {
    await running.stop()
  }
})

/** A `node_modules` with what the host needs; everything else is found in that of the repository. */
function givePackages(name: string, folder: string): void {
  if (existsSync(join(folder, 'node_modules'))) return
  if (name === 'express4') {
    mkdirSync(join(folder, 'node_modules/@types'), { recursive: true })
    for (const path of ['express', '@types/express'])
      symlinkSync(resolve('node_modules', `${path}4`), join(folder, 'node_modules', path))
    return
  }
  mkdirSync(folder, { recursive: true })
  for (const file of ['package.json', 'package-lock.json'])
    copyFileSync(join('docs/hosts', name, file), join(folder, file))
  execFileSync('npm', ['ci', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: folder,
  })
  symlinkSync(resolve('.'), join(folder, 'node_modules/allv-mcp'))
}
