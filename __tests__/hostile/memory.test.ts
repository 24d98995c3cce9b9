import { run } from '../support/processes.js'

it('survives 64 clients of one key that read nothing, with 256 MB, and still answers another key', async () => {
  const { output } = await run('__tests__/hostile/memory.mjs', {})
  const { ended, tasks, asked, right } = JSON.parse(output)
  expect({ ended, tasks }).toEqual({ ended: null, tasks: 12 })
  expect(asked).toBeGreaterThanOrEqual(300)
  expect(right).toBe(asked)
}, 180_000)
