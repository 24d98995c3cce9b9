/**
 * The docs site. The pages are the files that GitHub shows. `DOCS_BASE` is the path below which the site will be served (default `/`), `DOCS_SOURCE`
 * the address of the repository's files, such as `https://git.example.com/allv-mcp/blob/main/`; without it, links to files are plain text.
 */

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitepress'
import { anchorOf, EXCLUDED, pageOf, ROOT, siteLinks } from '../pages.mjs'
import { SIDE_BAR } from '../side-bar.mjs'

const HERE = fileURLToPath(new URL('..', import.meta.url))
const { DOCS_BASE: base = '/', DOCS_SOURCE: source } = process.env
export default defineConfig({
  title: 'allv-mcp',
  description: 'Let AI agents work in your SaaS app as one of its users.',
  lang: 'en',
  base,
  srcDir: ROOT,
  srcExclude: EXCLUDED,
  outDir: join(ROOT, '.build/site'),
  cacheDir: join(ROOT, '.build/site-cache'),
  rewrites: (path) => pageOf(path) ?? path,
  cleanUrls: false,
  lastUpdated: false,
  ignoreDeadLinks: false,
  markdown: {
    config: (md) => siteLinks(md, { source }),
    anchor: { slugify: anchorOf },
    theme: { light: 'github-light', dark: 'github-dark' },
  },
  vite: { plugins: [packagesOfTheSite()] },
  themeConfig: {
    nav: [
      { text: 'Guide', link: '/guide/getting-started' },
      { text: 'Reference', link: '/reference/options' },
      ...(existsSync(join(ROOT, 'docs/api'))
        ? [{ text: 'API', link: '/api/index.html', target: '_self' }]
        : []),
    ],
    sidebar: SIDE_BAR,
    outline: [2, 3],
    search: { provider: 'local' },
    docFooter: { prev: 'Before', next: 'Next' },
  },
})

/** Pages are outside of this folder, and would not find its packages. */
function packagesOfTheSite() {
  return {
    name: 'packages-of-the-site',
    enforce: 'pre',
    resolveId(id, importer, options) {
      if (!/^vue(\/|$)/.test(id) || importer === undefined || !/\.md(\?|$)/.test(importer)) return null
      return this.resolve(id, join(HERE, 'pages.mjs'), { ...options, skipSelf: true })
    },
  }
}
