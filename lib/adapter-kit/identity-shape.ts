/** Checks the shape of members and API keys before a store keeps them. A record of another shape refuses every call of its member or key. */

/** Throws a TypeError if a member cannot be used. */
export function assertMemberShape(member: object): void {
  assertFilled(member, 'a member', ['id', 'workspaceId', 'email'])
  const { active, name, roles }: Fields<'active' | 'name' | 'roles'> = member
  if (typeof active !== 'boolean')
    throw new TypeError('a member needs active: true, or false for one who may not call')
  if (name !== undefined && typeof name !== 'string')
    throw new TypeError('the name of a member must be a text')
  if (roles !== undefined && !isTextList(roles))
    throw new TypeError("roles of a member must be a list of texts such as ['admin']")
}

/** Throws a TypeError if a key cannot be used. Its id may be missing: some stores make it. */
export function assertKeyShape(key: object): void {
  assertFilled(key, 'a key', 'id' in key && key.id !== undefined ? ['id', 'workspaceId'] : ['workspaceId'])
  const { name, scopes, members }: Fields<'name' | 'scopes' | 'members'> = key
  if (name !== undefined && name !== null && typeof name !== 'string')
    throw new TypeError('the name of a key must be a text')
  if (!isTextList(scopes))
    throw new TypeError("a key needs scopes: a list of texts such as ['memory:read'], or [] for none")
  if (members !== 'any' && !isTextList(members))
    throw new TypeError("a key needs members: 'any', or a list of member ids such as ['mem_ada']")
}

/** Throws a TypeError if one of the fields is not a text, or is empty. */
export function assertFilled(record: object, what: string, names: readonly string[]): void {
  for (const name of names) {
    const value: unknown = Reflect.get(record, name)
    if (typeof value !== 'string' || value === '')
      throw new TypeError(`${what} needs ${name}, a text that is not empty`)
  }
}

type Fields<Name extends string> = { readonly [name in Name]?: unknown }

function isTextList(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
}
