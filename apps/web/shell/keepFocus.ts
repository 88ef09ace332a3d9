/**
 * What one works on by keys may go while it has the focus: a form that was saved, a line that was taken away, a page that
 * was left. The browser then forgets where one was, and Tab begins at the top. Here the focus goes on: to what stands in
 * its place, else to where one came from, else to the title of the page.
 */
// A long dialog walked through more than once.
const TRAIL = 100
const FOCUSABLE = 'a[href], button, input, select, textarea, [tabindex="0"]'

/** Where the focus was: the element, what it is called, and what it lay in, innermost first. */
type Step = { el: HTMLElement; name: string; within: Element[] }

export function keepFocus(page: Document): void {
  let trail: Step[] = []
  let byKeys = false
  let held = false
  /** it is disabled until its answer is there */
  let waits = false
  const early = { capture: true }
  page.addEventListener('keydown', () => void (byKeys = true), early)
  page.addEventListener('pointerdown', () => void (byKeys = false), early)
  page.addEventListener('focusin', ({ target }) => {
    if (!(target instanceof HTMLElement) || target === page.body) return
    // Past the end of a dialog the page is touched for a moment, before the dialog takes the focus back.
    if (page.querySelector('[aria-modal="true"]') && page.querySelector('#root')?.contains(target)) return
    held = true
    waits = false
    const step = { el: target, name: nameOf(target), within: around(target) }
    trail = [step, ...trail.filter(({ el }) => el !== target)].slice(0, TRAIL)
    // A dialog that keeps the focus moves it from its end to its beginning without scrolling there.
    if (byKeys && outside(target)) target.scrollIntoView({ block: 'nearest' })
  })
  const goOn = () => {
    if (!held || page.activeElement !== page.body || !trail[0]) return
    const { el } = trail[0]
    if (el.isConnected && (el as HTMLButtonElement).disabled) waits = true
    else if (!free(el)) {
      if (byKeys) nextOf(page, trail)?.focus()
    } else if (waits) el.focus()
    // What stands there still was left on purpose.
    else held = false
  }
  page.addEventListener('focusout', () => queueMicrotask(goOn))
  const changes = { childList: true, subtree: true, attributes: true, attributeFilter: ['disabled'] }
  new MutationObserver(goOn).observe(page.body, changes)
}

function outside(el: HTMLElement): boolean {
  const { top, bottom } = el.getBoundingClientRect()
  return bottom <= 0 || top >= innerHeight
}

const nameOf = (el: HTMLElement): string =>
  el.getAttribute('aria-label') ?? (el.title || el.textContent || '').trim().slice(0, 80)

function around(el: Element): Element[] {
  const found: Element[] = []
  for (let box = el.parentElement; box && box !== document.body; box = box.parentElement) found.push(box)
  return found
}

const free = (el: Element): boolean =>
  el.isConnected &&
  !(el as HTMLButtonElement).disabled &&
  !el.closest('[inert], [aria-hidden="true"]') &&
  el.checkVisibility({ visibilityProperty: true })

function nextOf(page: Document, trail: readonly Step[]): HTMLElement | undefined {
  const [last] = trail
  if (!last) return undefined
  const left = last.within.find((box) => box.matches('main'))
  if (left && !left.isConnected) return titleOf(page)
  const dialog = [...page.querySelectorAll('[role=dialog][aria-modal="true"], dialog[open]')].findLast(free)
  const fits = (el: Element) => free(el) && (!dialog || dialog.contains(el))
  for (const { el, name, within } of trail) {
    if (fits(el)) return el
    const box = within.find(({ isConnected }) => isConnected)
    const twin =
      name &&
      box &&
      [...box.querySelectorAll<HTMLElement>(el.tagName)].find((one) => nameOf(one) === name && fits(one))
    if (twin) return twin
  }
  const place = last.within.find(({ isConnected }) => isConnected)
  return [...(place?.querySelectorAll<HTMLElement>(FOCUSABLE) ?? [])].find(fits) ?? titleOf(page)
}

function titleOf(page: Document): HTMLElement | undefined {
  const title = page.querySelector<HTMLElement>('main h1')
  title?.setAttribute('tabindex', '-1')
  return title ?? undefined
}
