/** Which files of the repository are pages of the site, and at which path. */

import { existsSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../..')

/** Pages beside those of docs/. */
const PROJECT = {
  'CHANGELOG.md': 'project/changelog.md',
  'SECURITY.md': 'project/security.md',
  'ARCHITECTURE.md': 'project/architecture.md',
  'CONTRIBUTING.md': 'project/contributing.md',
  'bench/README.md': 'project/bench.md',
  'bench/RESULTS.md': 'project/bench-results.md',
}

/** For `rewrites` of VitePress: from the path in the repository to the path on the site. `null`: no page. */
export function pageOf(path) {
  if (Object.hasOwn(PROJECT, path)) return PROJECT[path]
  if (!/^docs\/(?!api\/|site\/|tools\/|hosts\/).*\.md$/.test(path)) return null
  return path.slice('docs/'.length).replace(/(^|\/)README\.md$/, '$1index.md')
}

/** Everything that is no page. */
export const EXCLUDED = [
  'README.md',
  '**/node_modules/**',
  'docs/{api,site,tools,hosts}/**',
  '{lib,examples,__tests__,dist,coverage}/**',
  'bench/!({README,RESULTS}.md)/**',
]

/** The anchor of a heading, as GitHub makes it, so that links to headings work in both places. */
export function anchorOf(heading) {
  return heading
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
    .replaceAll(' ', '-')
}

/**
 * A markdown-it plugin. In the repository links are relative to the file, so that GitHub follows them. On the site they lead to the page; a link
 * to a file that is no page leads to `source`, where the repository is, or, without one, is plain text.
 */
export function siteLinks(md, { source }) {
  md.core.ruler.push('site-links', ({ tokens, env }) => {
    for (const { children } of tokens)
      if (children !== null) rewrite(children, env.realPath ?? env.path, source)
  })
}

function rewrite(children, file, source) {
  let plain = false
  for (const token of children) {
    if (token.type === 'link_close' && plain) {
      hide(token)
      plain = false
    }
    if (token.type !== 'link_open') continue
    const href = token.attrGet('href') ?? ''
    if (/^([a-z]+:|#|\/)/.test(href)) continue
    const [path = '', anchor] = href.split('#')
    const target = relative(ROOT, join(dirname(file), decodeURI(path)))
    const page = pageOf(target)
    const hash = anchor === undefined ? '' : `#${anchor}`
    // A page that does not exist stays a link, so that the build fails.
    if (page !== null) token.attrSet('href', `/${page}${hash}`)
    else if (!existsSync(join(ROOT, target))) token.attrSet('href', `/${target}.md`)
    else if (source !== undefined) token.attrSet('href', new URL(target, source).href + hash)
    else {
      hide(token)
      plain = true
    }
  }
}

function hide(token) {
  token.type = 'text'
  token.tag = ''
  token.content = ''
  token.nesting = 0
}
