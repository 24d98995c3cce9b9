import { hasScope } from '../lib/control-plane/access/scopes.js'

it.each([
  [['memory:read'], 'memory:read', true],
  [['memory:read'], 'memory:write', false],
  [['memory:*'], 'memory:read', true],
  [['memory:*'], 'memory:read:own', true],
  [['memory:*'], 'memoryx', false],
  [['memory:*'], 'memoryx:read', false],
  [['memory:*'], 'memory', false],
  [['memory*'], 'memory:read', false],
  [['mem:*'], 'memory:read', false],
  [['*'], 'deals:write', true],
  [['*:*'], 'deals:write', false],
  [[':*'], 'deals:write', false],
  [[], 'deals:write', false],
  [['Memory:read'], 'memory:read', false],
])('%j grants %s: %s', (scopes, wanted, granted) => {
  expect(hasScope({ id: 'key_1', kind: 'api-key', scopes }, wanted)).toBe(granted)
})
