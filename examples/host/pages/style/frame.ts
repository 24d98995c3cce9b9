/** What every page has: text, the top bar, the column of the page. */

export const FRAME = `
*, ::before, ::after { box-sizing: border-box; }
html { scroll-padding-top: 4rem; -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--bg); color: var(--text); font: 0.875rem/1.25rem var(--sans); font-variant-numeric: tabular-nums; -webkit-font-smoothing: antialiased; }
h1, h2, h3, h4, p, ul, ol, dl, dd, figure, pre { margin: 0; padding: 0; }
h1 { font-size: 1.5rem; line-height: 2rem; font-weight: 600; letter-spacing: -0.02em; text-wrap: balance; }
h2, h3, h4 { font-size: 0.875rem; line-height: 1.25rem; font-weight: 600; }
ul, ol { list-style: none; }
p { text-wrap: pretty; }
a { color: var(--accent); text-decoration: underline 1px color-mix(in srgb, currentColor 35%, transparent); text-underline-offset: 0.2em; }
a:hover { text-decoration-color: currentColor; }
:is(.btn, .brand, .nav a) { text-decoration: none; }
code, pre, .mono { font-family: var(--mono); font-size: 0.8125rem; line-height: 1.25rem; font-variant-ligatures: none; }
button, input { font: inherit; color: inherit; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: var(--round); }
.icon { inline-size: 1rem; block-size: 1rem; flex: none; fill: none; stroke: currentColor; stroke-width: 1.5; stroke-linecap: round; stroke-linejoin: round; }
.soft { color: var(--soft); } .faint { color: var(--faint); } .small { font-size: 0.8125rem; } .nowrap { white-space: nowrap; }
.quiet { color: var(--faint); font-size: 0.8125rem; }
.lead { color: var(--soft); max-inline-size: 44rem; }
.hush { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip { position: absolute; inset-inline-start: var(--s2); inset-block-start: -4rem; z-index: 9; padding: var(--s2) var(--s3); background: var(--panel); border: 1px solid var(--edge); border-radius: var(--round); }
.skip:focus { inset-block-start: var(--s2); }
@media (scripting: none) { .with-script { display: none !important; } }

.topbar { position: sticky; inset-block-start: 0; z-index: 5; background: var(--panel); border-block-end: 1px solid var(--line); }
.topbar-in { display: flex; align-items: center; gap: var(--s6); max-inline-size: 84rem; margin-inline: auto; padding-inline: var(--s6); block-size: 3rem; }
.brand { display: flex; align-items: center; gap: var(--s2); color: var(--text); font-weight: 600; white-space: nowrap; }
.mark { display: grid; place-items: center; inline-size: 1.5rem; block-size: 1.5rem; border-radius: var(--round); background: var(--text); color: var(--bg); font-weight: 700; }
.nav { display: flex; align-self: stretch; gap: var(--s1); overflow-x: auto; scrollbar-width: none; padding-inline: 2px; }
.nav a { display: flex; align-items: center; padding-inline: var(--s2); color: var(--soft); border-block: 2px solid transparent; white-space: nowrap; }
.nav a:hover { color: var(--text); }
.nav a[aria-current] { color: var(--text); font-weight: 500; border-block-end-color: var(--text); }
.nav a:focus-visible { outline-offset: -2px; }

.page { max-inline-size: 84rem; margin-inline: auto; padding: var(--s6) var(--s6) var(--s16); }
.page-title { margin-block-end: var(--s2); }
.section { margin-block-start: var(--s8); }
.section > h2 { margin-block-end: var(--s3); }
.section > h2 small { margin-inline-start: var(--s2); color: var(--faint); font-size: 0.8125rem; font-weight: 400; }
.soft code { white-space: nowrap; }
.crumbs { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: var(--s2); margin-block-end: var(--s4); font-size: 0.8125rem; }
.split { display: grid; grid-template-columns: minmax(0, 1fr) 21rem; gap: var(--s12); align-items: start; margin-block-start: var(--s6); }
.split > aside { position: sticky; inset-block-start: 4.5rem; gap: var(--s6); }
.row { display: flex; flex-wrap: wrap; align-items: center; gap: var(--s2) var(--s3); }
.stack { display: grid; gap: var(--s3); align-content: start; min-inline-size: 0; }
`
