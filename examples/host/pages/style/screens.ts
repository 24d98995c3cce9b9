/** Narrow screens, less motion, and paper: last, so that they win. */

export const SCREENS = `
@media (max-width: 60rem) {
  .hero, .client, .split { grid-template-columns: minmax(0, 1fr); gap: var(--s8); }
  .steps > li { grid-template-columns: 1.5rem minmax(0, 1fr); } .steps > li > :not(:first-child) { grid-column: 2; }
  .steps > li > .stack { padding: 0; }
  .split > aside { position: static; }
  .asks { grid-template-columns: minmax(0, 1fr); }
}
@media (max-width: 45rem) {
  .topbar { position: static; } .topbar-in { flex-wrap: wrap; block-size: auto; padding: var(--s2) var(--s4) 0; gap: 0; }
  .nav { inline-size: calc(100% + 2rem); margin-inline: calc(-1 * var(--s4)); padding-inline: var(--s2); block-size: 2.75rem; }
  .page { padding: var(--s4) var(--s4) var(--s12); }
  .btn, .btn.tall, .input, .clients-bar label, .code figcaption { min-block-size: 2.75rem; } .btn.tiny { min-block-size: 2.25rem; } .input { font-size: 1rem; }
  .clients-bar { flex-wrap: nowrap; overflow-x: auto; scrollbar-width: none; }
  h1 { font-size: 1.25rem; line-height: 1.75rem; }
  .hero h1 { font-size: 1.75rem; line-height: 2rem; } .hero, .chapter { padding-block: var(--s8); } .hero { padding-block-start: var(--s2); }
  .list .wide { display: none; } .list td, .list th { padding-inline: var(--s2); }
  article { padding-inline: var(--s4); } article > h3 { margin-inline: calc(-1 * var(--s4)); padding-inline: var(--s4); }
  article > .facts { grid-template-columns: minmax(5.5rem, auto) minmax(0, 1fr); }
  article > .decision { grid-template-columns: 1fr 1fr; } article > .decision .input { grid-column: 1 / -1; }
}
@media (prefers-reduced-motion: no-preference) { .btn, .nav a, .list tr { transition: background-color 0.12s, color 0.12s, border-color 0.12s; } }
@media (prefers-reduced-motion: reduce) { .btn:active { translate: none; } }
@media (forced-colors: active) { .state::before { forced-color-adjust: none; } .btn { border-color: ButtonText; } }
@media print { .topbar, .btn { display: none !important; } }
`
