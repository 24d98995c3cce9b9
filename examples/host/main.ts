/** Starts the example host: `npm start`. */

import { HOST_HELP } from './help.js'
import { readSettings } from './settings.js'
import { startHost } from './start-host.js'

await run().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
})

async function run(): Promise<void> {
  const settings = readSettings(['fresh'])
  if (settings.help) console.log(HOST_HELP)
  else await startHost(settings)
}
