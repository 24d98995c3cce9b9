/** What the core is told of a tool's output by the tool's own schema: which was parsed already, and that an error came after the tool ran. */

const MADE = Symbol.for('allv-mcp.made')
const RAN = Symbol.for('allv-mcp.ran')

/** Knows structured content by identity. */
export interface MadeOutputs {
  has(content: object): boolean
}

/** `schema` keeps what its own parser made: that fits, whatever a second check with other rules would say. */
export function carryMade(schema: object, made: MadeOutputs): void {
  Object.defineProperty(schema, MADE, { value: made })
}

export function isMade(
  schema: { readonly [MADE]?: MadeOutputs } & object,
  content: object | undefined,
): boolean {
  return content !== undefined && (schema[MADE]?.has(content) ?? false)
}

/** The tool did its work, and what it answered cannot be used. The sentence is for the host. */
export function unusableOutput(message: string, cause?: unknown): TypeError {
  const error = new TypeError(message, cause === undefined ? undefined : { cause })
  Object.defineProperty(error, RAN, { value: true })
  return error
}

/** Compared by the symbol: two copies of the package may be loaded. */
export function isUnusableOutput(error: unknown): boolean {
  return error instanceof TypeError && Object.hasOwn(error, RAN)
}
