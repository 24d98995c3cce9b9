/** The home page. */

export const HOME = `
.hero { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 31rem); gap: var(--s12); align-items: start; padding-block: var(--s6) var(--s12); }
.hero h1 { font-size: 2.25rem; line-height: 2.5rem; letter-spacing: -0.03em; max-inline-size: 16em; }
.hero > .stack { gap: var(--s4); }
.hero .lead { font-size: 1rem; line-height: 1.5rem; max-inline-size: 38rem; }
#endpoint { font-size: 0.75rem; }
.eyebrow { color: var(--faint); font-size: 0.8125rem; font-weight: 500; }
.chapter { padding-block: var(--s12); border-block-start: 1px solid var(--line); }
.chapter-head { display: grid; gap: var(--s1); margin-block-end: var(--s6); }
.chapter-head h2 { font-size: 1.25rem; line-height: 1.75rem; letter-spacing: -0.015em; }
.steps { counter-reset: step; display: grid; gap: var(--s8); }
.steps > li { counter-increment: step; display: grid; grid-template-columns: 1.5rem minmax(0, 18rem) minmax(0, 1fr); gap: var(--s3) var(--s2); align-items: start; }
.steps > li::before { content: counter(step); color: var(--faint); font: 500 0.8125rem/1.25rem var(--mono); }
.steps > li > .stack { gap: var(--s1); padding-inline-end: var(--s8); }
.asks { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: var(--s4); align-items: stretch; }
.asks li { display: grid; gap: var(--s2); grid-template-rows: 1fr auto; }
.asks .copyline { background: var(--panel); align-items: start; padding-block: var(--s2); padding-inline-end: var(--s2); }
.asks .copyline span { padding-block: 0.125rem; }

.clients-bar { display: flex; flex-wrap: wrap; gap: var(--s1); padding: var(--s1); background: var(--tab); border-radius: var(--round-l); inline-size: fit-content; max-inline-size: 100%; margin-block-end: var(--s6); }
.clients-bar label { display: flex; align-items: center; min-block-size: 2rem; padding-inline: var(--s3); border-radius: var(--round); color: var(--soft); font-size: 0.8125rem; font-weight: 500; white-space: nowrap; cursor: pointer; position: relative; }
.clients-bar input { position: absolute; inset: 0; inline-size: 100%; block-size: 100%; margin: 0; opacity: 0; cursor: pointer; }
.clients-bar label:hover { color: var(--text); }
.clients-bar label:has(:checked) { background: var(--tab-on); color: var(--text); box-shadow: 0 1px 3px rgb(0 0 0 / 0.16); }
.clients-bar label:has(:focus-visible) { outline: 2px solid var(--accent); outline-offset: -2px; }
.client { display: none; grid-template-columns: minmax(0, 24rem) minmax(0, 1fr); gap: var(--s12); align-items: start; }
@supports not selector(:has(*)) { .client { display: grid; margin-block-end: var(--s8); } .clients-bar { display: none; } }
.do { display: grid; gap: var(--s4); counter-reset: do; }
.do > li { position: relative; display: grid; gap: var(--s1); padding-inline-start: var(--s8); counter-increment: do; }
.do > li::before { content: counter(do); position: absolute; inset-inline-start: 0; color: var(--faint); font: 500 0.8125rem/1.25rem var(--mono); }
.do .mono { font-size: 0.75rem; overflow-wrap: anywhere; }
.notes { display: grid; gap: var(--s1); color: var(--faint); font-size: 0.8125rem; }
`
