/** Run with --allow-natives-syntax: whether two requests that Express holds at once share their hidden classes, before and after. */

import { get } from 'node:http'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import express from 'express'
import { rolldown } from 'rolldown'

/** The file by itself: the package has it in a bundle, and does not export it. */
const file = resolve('.build/express-shapes.mjs')
const bundle = await rolldown({ input: 'lib/mcp/http/express-shapes.ts', platform: 'node' })
await bundle.write({ file })
await bundle.close()
const { shareHiddenClasses } = await import(pathToFileURL(file).href)

/** Natives are no JavaScript that tools could read. */
const haveSameMap = new Function('a', 'b', 'return %HaveSameMap(a, b)')
const held = []
const app = express()
app.use((req, res) => {
  held.push([req, res])
  if (held.length === 2) tell()
})
const server = app.listen(0, '127.0.0.1', () => {
  for (let i = 0; i < 2; i += 1) get({ host: '127.0.0.1', port: server.address().port, path: '/some/where' })
})

function tell() {
  const [[req, res], [otherReq, otherRes]] = held
  const members = (object) => Object.getOwnPropertyDescriptors(object)
  const before = [members(req), members(res)]
  const apart = [haveSameMap(req, otherReq), haveSameMap(res, otherRes)]
  shareHiddenClasses(req, res)
  shareHiddenClasses(otherReq, otherRes)
  const together = [haveSameMap(req, otherReq), haveSameMap(res, otherRes)]
  const after = [members(req), members(res)]
  process.stdout.write(
    JSON.stringify({ apart, together, unchanged: before.every((all, i) => isSame(all, after[i])) }),
  )
  process.exit()
}

function isSame(before, after) {
  const keys = Reflect.ownKeys(before)
  return (
    keys.length === Reflect.ownKeys(after).length &&
    keys.every((key) =>
      Object.keys(before[key]).every((part) => Object.is(before[key][part], after[key]?.[part])),
    )
  )
}
