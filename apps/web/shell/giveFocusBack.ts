/**
 * A dialog or a list that goes gives the focus back to what opened it, however it went: whoever works by keyboard goes on
 * where they were. Both hang at the end of the document, beside the page.
 */
export function giveFocusBack(page: HTMLElement): void {
  let last: HTMLElement | null = null
  page.addEventListener('focusin', ({ target }) => {
    // Past the end of a dialog the page is touched for a moment, before the dialog takes the focus back.
    if (target instanceof HTMLElement && !document.querySelector('[aria-modal="true"]')) last = target
  })
  new MutationObserver((changes) => {
    const gone = changes.some(({ removedNodes }) =>
      [...removedNodes].some((node) => node instanceof HTMLElement),
    )
    if (gone && document.activeElement === document.body && last?.isConnected)
      last.focus({ preventScroll: true })
  }).observe(document.body, { childList: true })
}
