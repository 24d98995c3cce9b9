/** How the app's pages look. */

export const STYLE = `
:root { color-scheme: light dark; --line: #8884; --soft: #8881; --accent: #2457d6; --good: #1a7f4b; --bad: #b3261e; }
* { box-sizing: border-box; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0; }
header { display: flex; flex-wrap: wrap; gap: .5rem 2rem; padding: .8rem 1.5rem; border-bottom: 1px solid var(--line); }
header a { color: inherit; text-decoration: none; font-weight: 600; }
nav { display: flex; gap: 1.25rem; } nav a { font-weight: 400; } nav a:hover { text-decoration: underline; }
main { max-width: 56rem; margin: 0 auto; padding: 1rem 1.5rem 3rem; }
h2 { font-size: 1.2rem; margin: 2rem 0 .75rem; } .quiet { opacity: .7; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .5rem 1rem .5rem 0; border-bottom: 1px solid var(--line); }
code { font: .9em ui-monospace, monospace; } td code { opacity: .7; }
article { border: 1px solid var(--line); border-radius: .6rem; padding: 1rem 1.25rem; margin: 0 0 1rem; }
h3 { display: flex; flex-wrap: wrap; gap: .25rem 1rem; justify-content: space-between; align-items: center; margin: 0 0 .75rem; font-size: 1.05rem; }
h3 a { color: inherit; } h4 { font-size: .95rem; margin: 1rem 0 .4rem; }
article p { margin: .5rem 0; overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: 9rem 1fr; gap: .2rem 1.25rem; margin: .75rem 0; }
dt { opacity: .7; } dd { margin: 0; overflow-wrap: anywhere; }
pre { background: var(--soft); padding: .75rem; border-radius: .4rem; margin: 0 0 .75rem; white-space: pre-wrap; overflow-wrap: anywhere; font: .9rem/1.45 ui-monospace, monospace; }
.diff { border: 1px solid var(--line); border-radius: .4rem; font: .9rem/1.45 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere; overflow: hidden; padding: .3rem 0; }
.diff div { padding: 0 .75rem 0 1.9rem; text-indent: -1.15rem; } .diff .left-out { opacity: .7; text-indent: 0; background: var(--soft); }
.added { background: #1a7f4b26; } .removed { background: #b3261e26; }
.state { font-size: .8rem; font-weight: 500; border: 1px solid currentColor; border-radius: 1rem; padding: 0 .65rem; }
.pending { color: var(--accent); } .approved, .executing, .settled { color: var(--good); } .denied, .expired, .unknown { color: var(--bad); }
form { display: flex; flex-wrap: wrap; gap: .5rem; margin-top: 1rem; }
input { flex: 1 1 14rem; font: inherit; padding: .35rem .6rem; border: 1px solid var(--line); border-radius: .4rem; }
button { font: inherit; padding: .35rem 1.1rem; border-radius: .4rem; border: 1px solid var(--line); cursor: pointer; }
button[value=approve] { background: var(--accent); color: #fff; border-color: transparent; }
@media (max-width: 34rem) {
  main { padding: 1rem 1rem 3rem; } header { padding: .8rem 1rem; }
  dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .4rem; }
  input { flex-basis: 100%; } button { flex: 1; }
}
`
