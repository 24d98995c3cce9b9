import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { lockFolder as lockOfExample } from '../../examples/host/folder-lock.js'
import { lockFolder } from '../../lib/cli/kit/lock-folder.js'

/** Locks of folders. Another process is stood in for by what `process.kill` says of it. */

const kill = process.kill
afterEach(() => {
  process.kill = kill
})

const folder = () => join(mkdtempSync(join(tmpdir(), 'allv-lock-')), 'data')

it.each([
  ['the program', lockFolder, (path: string) => `${path}.lock`],
  ['the example', lockOfExample, (path: string) => join(path, 'lock')],
])('of %s respects the process of another user', (_, lock, fileOf) => {
  const path = folder()
  lock(path)()
  writeFileSync(fileOf(path), '4711')
  process.kill = () => {
    throw Object.assign(new Error('kill EPERM'), { code: 'EPERM' })
  }
  expect(() => lock(path)).toThrow(/^process 4711 /)
  expect(readFileSync(fileOf(path), 'utf8')).toBe('4711')
})

it.each([
  ['the program', lockFolder, (path: string) => `${path}.lock`],
  ['the example', lockOfExample, (path: string) => join(path, 'lock')],
])('of %s is not taken from a process that is about to write it', (_, lock, fileOf) => {
  const path = folder()
  lock(path)()
  writeFileSync(fileOf(path), '')
  expect(() => lock(path)).toThrow(/EEXIST/)
  expect(existsSync(fileOf(path))).toBe(true)
})
