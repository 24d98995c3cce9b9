import { readFileSync } from 'node:fs'
import { listen, modern, post } from '../support/http.js'
import { createWorld } from '../support/world.js'

it('tells clients the version of package.json if the host gives none', async () => {
  const { name, version } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    name: string
    version: string
  }
  const running = await listen(createWorld())
  try {
    const { json } = await post(running, modern('server/discover'))
    expect(json.result._meta['io.modelcontextprotocol/serverInfo']).toEqual({ name, version })
  } finally {
    await running.close()
  }
})
