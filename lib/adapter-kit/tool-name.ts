/** How a tool may be called. */

/** MCP 2025-11-25, server/tools, Tool Names: 1 to 128 letters, digits, `_`, `-` and `.` of ASCII. */
export function isToolName(name: string): boolean {
  return /^[A-Za-z0-9_.-]{1,128}$/.test(name)
}
