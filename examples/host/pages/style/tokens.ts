/** Colours, lengths and type of the pages. Both themes come from `light-dark()`; every length is a multiple of 4 px. */

export const TOKENS = `
:root {
  color-scheme: light dark;
  --bg: light-dark(#fbfbfa, #0f1012); --panel: light-dark(#ffffff, #161719); --sunken: light-dark(#f5f5f3, #0b0c0d); --hover: light-dark(#f4f4f1, #1c1e21);
  --line: light-dark(#e7e6e2, #282a2e); --edge: light-dark(#909296, #696d74); --rim: light-dark(#d6d5d0, #3b3e44);
  --text: light-dark(#18191b, #ededee); --soft: light-dark(#505359, #a9acb2); --faint: light-dark(#676a70, #92969d);
  --accent: light-dark(#2a55cf, #8db1ff);
  --ok: light-dark(#126a41, #6fd6a1); --ok-tint: light-dark(#e4f4ea, #11291e); --ok-fill: light-dark(#17784a, #52c78f); --on-fill: light-dark(#ffffff, #07120c);
  --wait: light-dark(#7f4a00, #f0bb62); --wait-tint: light-dark(#fcf1dc, #2b2211);
  --stop: light-dark(#b02a20, #ff9f96); --stop-tint: light-dark(#fdeceb, #351917);
  --tab: light-dark(#efeeeb, #1c1e21); --tab-on: light-dark(#ffffff, #383b41);
  --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  --mono: ui-monospace, SFMono-Regular, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace;
  --s1: 0.25rem; --s2: 0.5rem; --s3: 0.75rem; --s4: 1rem; --s6: 1.5rem; --s8: 2rem; --s12: 3rem; --s16: 4rem;
  --round: 0.375rem; --round-l: 0.625rem;
}
`
