/** The pages of approvals. */

export const APPROVALS = `
article { background: var(--panel); border: 1px solid var(--line); border-radius: var(--round-l); padding: var(--s3) var(--s6) var(--s6); margin-block: var(--s4); max-inline-size: 60rem; }
article > h3 { display: flex; flex-wrap: wrap; gap: var(--s1) var(--s4); justify-content: space-between; align-items: center; margin: 0 calc(-1 * var(--s6)) var(--s4); padding: 0 var(--s6) var(--s3); border-block-end: 1px solid var(--line); }
article > h3 a { color: inherit; text-decoration: none; } article > h3 a:hover { text-decoration: underline; }
article > p { margin-block: var(--s3); max-inline-size: 44rem; overflow-wrap: anywhere; }
article > .summary { font-size: 0.9375rem; line-height: 1.5rem; }
article > .facts { grid-template-columns: 9rem minmax(0, 1fr); margin-block: var(--s4); }
:is(article, .approval) > h4 { margin: var(--s6) 0 var(--s2); } .approval > h4:first-child { margin-block-start: 0; }
.approval > p { margin-block: var(--s2) var(--s4); color: var(--soft); max-inline-size: 44rem; overflow-wrap: anywhere; }
:is(article, .approval) > pre, .diff { border: 1px solid var(--line); border-radius: var(--round-l); white-space: pre-wrap; overflow-wrap: anywhere; }
:is(article, .approval) > pre { padding: var(--s3) var(--s4); background: var(--panel); } article > pre { background: var(--sunken); border-radius: var(--round); }
.diff { background: var(--panel); font: 0.8125rem/1.25rem var(--mono); padding-block: var(--s1); overflow: hidden; }
.diff div { padding: 0 var(--s4) 0 calc(var(--s4) + 2ch); text-indent: -2ch; }
.diff .left-out { color: var(--faint); font-size: 0.75rem; text-indent: 0; padding-inline-start: var(--s4); background: var(--sunken); }
.diff .added { background: var(--ok-tint); color: var(--ok); } .diff .removed { background: var(--stop-tint); color: var(--stop); }
.decision { display: grid; grid-template-columns: 1fr 1fr; gap: var(--s2); } .decision .input { grid-column: 1 / -1; min-block-size: 2.25rem; }
article > .decision { grid-template-columns: minmax(0, 1fr) 7rem 7rem; margin-block-start: var(--s6); padding-block-start: var(--s4); border-block-start: 1px solid var(--line); } article > .decision .input { grid-column: auto; }
aside .panel-title { font-size: 0.875rem; }
.blank { display: grid; gap: var(--s2); padding: var(--s8) var(--s6); border: 1px dashed var(--rim); border-radius: var(--round-l); color: var(--soft); text-align: center; margin-block-start: var(--s4); }
.notice { padding: var(--s3) var(--s4); margin-block-end: var(--s4); border-radius: var(--round); background: var(--wait-tint); color: var(--wait); }
`
