/** The parts that pages are made of: sheets, lists, buttons, marks, code. */

export const PARTS = `
.sheet { background: var(--panel); border: 1px solid var(--line); border-radius: var(--round-l); overflow: clip; }
.box { padding: var(--s4); }
.panel-title { display: flex; align-items: center; gap: var(--s2); padding: var(--s3) var(--s4); border-block-end: 1px solid var(--line); }
.panel-title .end { margin-inline-start: auto; }
.facts { display: grid; grid-template-columns: minmax(5.5rem, auto) minmax(0, 1fr); gap: var(--s2) var(--s4); font-size: 0.8125rem; }
.facts dt { color: var(--faint); } .facts dd { overflow-wrap: anywhere; }

.btn { display: inline-flex; align-items: center; justify-content: center; gap: 0.375rem; min-block-size: 2rem; padding: 0 var(--s3); border: 1px solid var(--rim); border-radius: var(--round); background: var(--panel); color: var(--text); font-size: 0.8125rem; font-weight: 500; white-space: nowrap; cursor: pointer; }
.btn:hover { background: var(--hover); }
.btn:active { translate: 0 1px; }
.btn.go { background: var(--text); border-color: var(--text); color: var(--bg); }
.btn.go:hover { background: var(--soft); border-color: var(--soft); }
.btn.approve { background: var(--ok-fill); border-color: var(--ok-fill); color: var(--on-fill); }
.btn.approve:hover { background: var(--ok); border-color: var(--ok); }
.btn.deny { color: var(--stop); border-color: color-mix(in srgb, var(--stop) 45%, transparent); }
.btn.deny:hover { background: var(--stop-tint); }
.btn.tiny { min-block-size: 1.5rem; min-inline-size: 4.25rem; padding-inline: var(--s2); font-size: 0.75rem; }
.btn.tall { min-block-size: 2.25rem; font-size: 0.875rem; }
.input { inline-size: 100%; min-block-size: 2rem; padding: 0.3125rem var(--s2); background: var(--panel); border: 1px solid var(--edge); border-radius: var(--round); }
.input::placeholder { color: var(--faint); opacity: 1; }

.list { inline-size: 100%; border-collapse: collapse; }
.list th { padding: var(--s2) var(--s3); color: var(--faint); font-size: 0.75rem; line-height: 1rem; font-weight: 500; text-align: start; white-space: nowrap; }
.list td { block-size: 2.75rem; padding: var(--s2) var(--s3); color: var(--soft); font-size: 0.8125rem; vertical-align: middle; }
.list :is(th, td):first-child { padding-inline-start: var(--s4); }
.list :is(th, td):last-child { padding-inline-end: var(--s4); }
.list tbody tr { border-block-start: 1px solid var(--line); }
.list tbody tr:hover { background: var(--hover); }
.list b { color: var(--text); font-weight: 500; font-size: 0.875rem; }
.list code { color: var(--faint); font-size: 0.75rem; }
.list .num { text-align: end; white-space: nowrap; }

.tag { display: inline-flex; align-items: center; gap: var(--s1); padding: 0 0.375rem; block-size: 1.25rem; border-radius: var(--s1); background: var(--tab); color: var(--soft); font-size: 0.75rem; line-height: 1.25rem; font-weight: 500; white-space: nowrap; }
.tag.ok { background: var(--ok-tint); color: var(--ok); } .tag.wait { background: var(--wait-tint); color: var(--wait); } .tag.stop { background: var(--stop-tint); color: var(--stop); }
.state { display: inline-flex; align-items: center; gap: 0.375rem; font-size: 0.8125rem; font-weight: 400; white-space: nowrap; }
.state::before { content: ""; inline-size: 0.5rem; block-size: 0.5rem; border-radius: 50%; background: var(--edge); flex: none; }
.state:is(.ok, .approved, .executing, .settled)::before { background: var(--ok-fill); }
.state:is(.denied, .unknown)::before { background: var(--stop); }
.state.pending { color: var(--wait); } .state.pending::before { background: none; border: 2px solid var(--wait); }

.code { background: var(--panel); border: 1px solid var(--line); border-radius: var(--round-l); overflow: hidden; min-inline-size: 0; }
.code figcaption { display: flex; align-items: center; gap: var(--s2); min-block-size: 2.25rem; padding-inline: var(--s4) var(--s2); background: var(--sunken); border-block-end: 1px solid var(--line); color: var(--soft); font-size: 0.75rem; }
.code figcaption .mono { font-size: 0.75rem; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.code figcaption .btn { margin-inline-start: auto; }
.code pre { padding: var(--s3) var(--s4); overflow-x: auto; tab-size: 2; }
.code.line pre { white-space: pre-wrap; overflow-wrap: anywhere; }
.code pre:focus-visible { outline-offset: -2px; }
.code .name { color: light-dark(#1f4397, #a9c4ff); } .code .text { color: light-dark(#126a41, #8fdcb4); }
.copyline { display: flex; align-items: center; gap: var(--s2); padding: var(--s1) var(--s1) var(--s1) var(--s3); min-block-size: 2.5rem; background: var(--sunken); border: 1px solid var(--line); border-radius: var(--round); }
.copyline code, .copyline span { flex: 1; min-inline-size: 0; overflow-wrap: anywhere; padding-block: var(--s1); }
`
