/** Starts an Express app that serves both sizes of tool list, and tells the bench its port. */

import express from 'express'

export function listen(handlerFor, { parse = true } = {}) {
  const app = express()
  if (parse) app.use(express.json())
  for (const count of [30, 300]) app.post(`/t${count}/workspaces/:workspaceId/mcp`, handlerFor(count))
  const server = app.listen(0, '127.0.0.1', () => process.send?.({ port: server.address().port }))
}
