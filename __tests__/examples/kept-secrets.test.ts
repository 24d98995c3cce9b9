import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { keepSecrets } from '../../examples/host/kept-secrets.js'

const folder = mkdtempSync(join(tmpdir(), 'allv-mcp-secrets-'))
const file = join(folder, 'secrets.json')
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const keep = (env: Record<string, string> = {}, fresh = false) =>
  keepSecrets({ folder, fresh }, { ...process, env })

it('makes a key for each workspace and a password for operator and members, and keeps them', () => {
  const made = keep()
  expect(new Set([...Object.values(made.keys), made.operatorPassword, made.memberPassword]).size).toBe(4)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(keep()).toEqual(made)
  expect(keep({}, true).memberPassword).not.toBe(made.memberPassword)
})

it('adds a password that an earlier version did not have, and leaves the keys of clients as they are', () => {
  const { memberPassword: _, ...earlier } = keep()
  writeFileSync(file, JSON.stringify(earlier))
  const kept = keep()
  expect(kept).toEqual({ ...earlier, memberPassword: expect.stringMatching(/^[\w-]{12}$/) })
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(kept)
})

it('prefers values of the environment, and stores none of them', () => {
  const given = keep({ ALLV_DEMO_MEMBER_PASSWORD: 'given', ALLV_DEMO_OPERATOR_PASSWORD: 'too' })
  expect([given.memberPassword, given.operatorPassword]).toEqual(['given', 'too'])
  expect(readFileSync(file, 'utf8')).not.toContain('given')
})
