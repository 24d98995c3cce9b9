/** Checks the name of a tool. */

/** Whether a name has 1 to 128 ASCII letters, digits, `_`, `-` and `.`. MCP 2025-11-25, server/tools, Tool Names. */
export function isToolName(name: string): boolean {
  return /^[A-Za-z0-9_.-]{1,128}$/.test(name)
}
