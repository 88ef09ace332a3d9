import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'

// A person without a mouse: Tab, arrows, Enter and letters. Whatever has the focus must be seen, and seen to have it; the
// focus never falls back to nothing. Code of the page is text here: what a browser has is not what Node knows.

/** What has the focus is called so; why it is not seen, if it is not. */
const FOCUSED = `(() => {
  const el = document.activeElement
  if (!el || el === document.body) return { name: '', fault: 'nothing has the focus', inside: false }
  const word = (one) => (one ?? '').trim().replace(/\\s+/g, ' ')
  const by = (el.getAttribute('aria-labelledby') ?? '').split(' ').map((id) => document.getElementById(id)?.innerText).join(' ')
  const own = el.matches('input, textarea, select') ? '' : el.innerText
  const name = word(el.getAttribute('aria-label') || by || [...(el.labels ?? [])].map((label) => label.querySelector('span')?.innerText || label.innerText).join(' ') || own || el.title || el.placeholder || el.type || el.tagName)
  const active = el.getAttribute('aria-activedescendant')
  const option = active && document.getElementById(active)
  const listed = el.closest('.ant-select') && [...document.querySelectorAll('.ant-select-dropdown:not(.ant-select-dropdown-hidden) .ant-select-item-option-active')].pop()
  const chosen = word(listed?.innerText || option?.innerText || option?.getAttribute('aria-label'))
  const group = '.ant-select, .ant-input-affix-wrapper, .ant-input-number, .ant-checkbox-wrapper, .ant-segmented, label, .nwrite, .cfind, .find, .sbox, .pfield'
  const box = el.closest(group)
  const parts = [el, ...(box ? [box, ...[...box.querySelectorAll('*')].slice(0, 12)] : [])]
  // A field is seen by its cursor as well; a switch or a hidden box by what stands for it.
  const writes = el.matches('textarea, select, input:not([type=radio], [type=checkbox], [type=file], [type=button])') && !el.readOnly
  const ringed = (one) => ['', '::after', '::before'].some((part) => {
    const style = getComputedStyle(one, part || null)
    const line = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1 && !/, 0\\)$|transparent/.test(style.outlineColor)
    return line || (style.boxShadow !== 'none' && /0px 0px 0px|inset/.test(style.boxShadow))
  })
  const brand = getComputedStyle(document.documentElement).getPropertyValue('--brand').trim()
  const probe = document.createElement('i')
  probe.style.color = brand
  document.body.append(probe)
  const colour = getComputedStyle(probe).color
  probe.remove()
  const bordered = (one) => {
    const style = getComputedStyle(one)
    return style.borderTopStyle !== 'none' && parseFloat(style.borderTopWidth) >= 1 && style.borderTopColor === colour
  }
  const seen = parts.find((one) => one.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && one.getBoundingClientRect().width > 1)
  let fault = ''
  if (!seen) fault = 'it is not shown'
  else {
    const at = seen.getBoundingClientRect()
    const out = at.bottom <= 0 || at.top >= innerHeight || at.right <= 0 || at.left >= innerWidth
    if (out) fault = 'it lies outside of the screen'
    else if (!parts.some((one) => ringed(one) || bordered(one)) && !(writes && seen === el && bordered(el))) fault = 'it does not show that it has the focus'
  }
  return { name, fault, chosen, tag: el.tagName, role: el.getAttribute('role') ?? '', value: 'value' in el ? el.value : '', near: el.closest('[role=dialog]') ? 'dialog' : word(el.closest('section, form, nav, aside, main, [role=toolbar]')?.getAttribute('aria-label')), html: el.outerHTML.slice(0, 160) }
})()`

export type Focus = {
  name: string
  fault: string
  chosen: string
  tag: string
  role: string
  value: string
  near: string
  html: string
}
// Whoever presses Tab more often than this gives up.
const MOST = 200

export type Hands = ReturnType<typeof handsOn>
export function handsOn(page: Page) {
  const key = (name: string) => page.keyboard.press(name)
  const focused = () => page.evaluate<Focus>(FOCUSED)
  const fits = (said: string, name: string | RegExp) =>
    typeof name === 'string' ? said === name : name.test(said)
  /** What has the focus, once what moves has come to rest: seen, and seen to have it. */
  async function seen(what: string): Promise<Focus> {
    let now = await focused()
    for (let i = 0; i < 100 && now.fault !== ''; i++) {
      await page.waitForTimeout(100)
      now = await focused()
    }
    assert.equal(now.fault, '', `${what} on ${page.url()}: “${now.name}” in “${now.near}”: ${now.html}`)
    return now
  }
  /** Tab, and Tab again (or back), until the focus is on what is called so, in the part of the page called so. */
  async function to(name: string | RegExp, near?: string | RegExp, step: 'Tab' | 'Shift+Tab' = 'Tab') {
    const passed: string[] = []
    for (let i = 0; i < MOST; i++) {
      const now = await focused()
      const here = now.name !== '' && fits(now.name, name) && (near === undefined || fits(now.near, near))
      if (here) return seen(`reached ${name}`)
      // Past the end of a page the browser has its own; of what is passed each must be seen too.
      if (now.name !== '' && now.fault !== '') await seen(`passing to ${name}`)
      passed.push(now.name || '(nothing)')
      await key(step)
    }
    return assert.fail(`${name} is not reached by Tab on ${page.url()}: ${passed.slice(0, 60).join(' · ')}`)
  }
  async function press(name: string | RegExp, near?: string | RegExp, by = 'Enter') {
    await to(name, near)
    await key(by)
  }
  /** Takes the place of what stands in the field. */
  async function write(name: string | RegExp, text: string, near?: string | RegExp) {
    await to(name, near)
    await key('Control+a')
    await page.keyboard.type(text)
  }
  /** In an open list: down until it stands there, and Enter. */
  async function pick(option: string | RegExp) {
    const passed: string[] = []
    for (let i = 0; i < 40; i++) {
      const { chosen } = await focused()
      if (fits(chosen, option)) {
        // What one types may still be on its way to the server: the list that answers it is waited for.
        await page.waitForTimeout(400)
        if ((await focused()).chosen === chosen) return key('Enter')
        continue
      }
      passed.push(chosen)
      // A list that is only now fetched is waited for; one that stands there is walked.
      if (chosen === '') await page.waitForTimeout(200)
      else await key('ArrowDown')
    }
    return assert.fail(`${option} is not in the list: ${passed.join(' · ')}`)
  }
  /** A list of the browser itself: typing finds the line. */
  async function select(name: string | RegExp, wanted: string, near?: string | RegExp) {
    await to(name, near)
    for (let i = 0; i < 40; i++) {
      const at = await page.evaluate<string>('document.activeElement.selectedOptions?.[0]?.text ?? ""')
      if (at === wanted) return
      await key('ArrowDown')
    }
    assert.fail(`${wanted} is not in ${name}`)
  }
  /** After something went from the page: the focus is somewhere one can see, not back at nothing. */
  const held = (after: string) => seen(`after ${after} the focus`)
  return {
    key,
    focused,
    seen,
    to,
    press,
    write,
    pick,
    select,
    held,
    type: (text: string) => page.keyboard.type(text),
  }
}
