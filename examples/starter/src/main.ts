/** Starts the app. */

import { createApp } from './app.js'
import { openDatabase } from './database.js'
import { readSettings } from './settings.js'

/** Heard from the start: a database that is being made is finished, and closed, before the process ends. */
const asked = new Promise<void>((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
})

const settings = readSettings()
console.log('Opening the database. The first time takes a few seconds.')
const database = await openDatabase(settings.folder)
const { app, close } = await createApp(database, settings)
const server = app.listen(settings.port, '127.0.0.1', (error?: Error) => {
  if (error === undefined) return console.log(`MCP: ${settings.origin}/api/workspaces/ws_demo/mcp`)
  console.error(`cannot listen on port ${settings.port} (${error.message}); set PORT to a free port`)
  process.exitCode = 1
  void stop()
})
void asked.then(stop)

/** Takes no new calls, lets running tools finish, and closes the database. */
async function stop(): Promise<void> {
  server.close()
  await close()
  server.closeAllConnections()
  await database.close()
}
