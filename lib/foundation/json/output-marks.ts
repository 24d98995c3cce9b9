/** Marks by which a tool's own schema library tells the core that an output is parsed already, or that an error came after the tool ran. */

const MADE = Symbol.for('allv-mcp.made')
const RAN = Symbol.for('allv-mcp.ran')

/** The outputs that a schema has parsed, by identity. */
export interface MadeOutputs {
  /** Whether this object is such an output. */
  has(content: object): boolean
}

/** Puts the set of parsed outputs on a schema. The core does not check them again, since its rules may differ from those of the parser. */
export function carryMade(schema: object, made: MadeOutputs): void {
  Object.defineProperty(schema, MADE, { value: made })
}

/** Whether the parser of this schema made `content`. */
export function isMade(
  schema: { readonly [MADE]?: MadeOutputs } & object,
  content: object | undefined,
): boolean {
  return content !== undefined && (schema[MADE]?.has(content) ?? false)
}

/** The error for a tool that ran, but whose output cannot be used. The message is for the host. */
export function unusableOutput(message: string, cause?: unknown): TypeError {
  const error = new TypeError(message, cause === undefined ? undefined : { cause })
  Object.defineProperty(error, RAN, { value: true })
  return error
}

/** Whether an error was made by `unusableOutput`. It compares the symbol, since two copies of the package may be loaded. */
export function isUnusableOutput(error: unknown): boolean {
  return error instanceof TypeError && Object.hasOwn(error, RAN)
}
