import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { namedLists, OPTION_LIST, staticCss } from './vite.antd.ts'

const css = staticCss(new URL('apps/web/theme/tokens.css', import.meta.url))
const [light = '', dark = ''] = css.split('html.dark{')

test('every variable that a drawn component uses has a value', () => {
  const given = new Set([...css.matchAll(/(?:[;{]|^)(--[\w-]+):/g)].map((found) => found[1]))
  // Set on the element by the component itself, or by a breakpoint that the page does not use.
  const own = /^--(arrow-x|top-notificiation|ant-col-|ant-modal-xs-width)/
  const missing = [...css.matchAll(/var\((--[\w-]+)\)/g)]
    .map((found) => found[1]!)
    .filter((name) => !given.has(name))
  assert.deepEqual(
    [...new Set(missing)].filter((name) => !own.test(name)),
    [],
  )
})

test('no value is broken and both themes take their colours from tokens.css', () => {
  assert.doesNotMatch(css, /NaN|undefined/)
  assert.match(light, /--ant-color-primary:#2f4b7c/)
  assert.match(dark, /--ant-color-primary:#8fadde/)
  assert.match(dark, /--ant-color-error:#ea7c67/)
})

test('the list under a field is called as its field is, in the version that is installed', () => {
  const code = readFileSync(new URL(`node_modules/${OPTION_LIST}`, import.meta.url), 'utf8')
  const named = namedLists(code)
  assert.equal(named.split('calledAs(id)').length, 3)
  assert.match(named, /"aria-selected": item\.group \? undefined : isAriaSelected/)
  assert.throws(() => namedLists(code.replaceAll('listbox', 'menu')), /has changed/)
})
