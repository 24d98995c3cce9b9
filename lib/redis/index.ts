/** `allv-mcp/redis`: news between nodes and one rate limit for all of them, on a Redis that the host has anyway. */

export {}
