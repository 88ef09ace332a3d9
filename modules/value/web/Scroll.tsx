import type { ReactNode } from 'react'

/** What scrolls must be reachable by keyboard, and have a name. */
export const Scroll = (props: { className: string; label: string; children: ReactNode }) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: see above
  <section className={props.className} tabIndex={0} aria-label={props.label}>
    {props.children}
  </section>
)
