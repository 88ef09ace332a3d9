import { readFileSync } from 'node:fs'
import { createCache, extractStyle, StyleProvider } from '@ant-design/cssinjs'
import * as antd from 'antd'
import { type ComponentType, createElement as h, type ReactNode } from 'react'
import { renderToString } from 'react-dom/server'
import type { Plugin } from 'vite'
import { antTheme, exact, KEY } from './apps/web/theme/antd.ts'

/**
 * Ant Design without its run-time styles: the components named below are drawn once at build time and
 * their rules, with the variables of both themes, become one static file. `style-src 'self'` is then
 * enough, and a change of theme is a change of class, not a render.
 */
type Drawn = ComponentType<Record<string, unknown>> & {
  _InternalPanelDoNotUseOrYouWillBeFired?: ComponentType<Record<string, unknown>>
}
const drawn: [name: string, props: Record<string, unknown>][] = [
  ['Button', {}],
  ['Input', {}],
  ['Input.TextArea', {}],
  ['Input.Password', {}],
  ['Input.Search', {}],
  ['InputNumber', {}],
  ['Select', {}],
  ['Form', {}],
  ['Form.Item', { label: 'x', required: true, help: 'x', validateStatus: 'error' }],
  ['Modal', { footer: null }],
  ['Popover', { title: 'x', content: 'x' }],
  ['Tooltip', { title: 'x' }],
  ['message', { type: 'info', content: 'x' }],
  ['Checkbox', {}],
  ['Radio.Group', { options: ['x'] }],
  ['Switch', {}],
  ['Segmented', { options: ['x'] }],
  ['Alert', { title: 'x' }],
  ['Empty', {}],
  ['Spin', {}],
  ['Space.Compact', {}],
]
const VIRTUAL = 'virtual:antd.css'

export function staticAntd(): Plugin {
  return {
    name: 'static-antd',
    enforce: 'pre',
    resolveId: (id) => (id === VIRTUAL ? `\0${VIRTUAL}` : undefined),
    load(id) {
      if (id === `\0${VIRTUAL}`) return staticCss(new URL('apps/web/theme/tokens.css', import.meta.url))
      const stub = Object.entries(stubs).find(([tail]) => id.endsWith(tail))
      return stub ? { code: stub[1], moduleSideEffects: false } : undefined
    },
    transform: (code, id) => (id.split('?')[0]!.endsWith(OPTION_LIST) ? namedLists(code) : undefined),
    buildEnd() {
      const ours = (id: string) =>
        this.getModuleInfo(id)?.importers.some((by) => !by.includes('/node_modules/'))
      const used = [...this.getModuleIds()]
        .filter(ours)
        .map((id) => /antd\/es\/([\w-]+)\/index\.js$/.exec(id)?.[1])
      const known = new Set(drawn.map(([name]) => kebab(name.split('.')[0]!)))
      const bare = used.filter((name) => name && name !== 'config-provider' && !known.has(name))
      if (bare.length > 0) this.error(`no styles for ${bare.join(', ')}: name them in vite.antd.ts (drawn)`)
    },
  }
}

export const OPTION_LIST = '@rc-component/select/es/OptionList.js'
/**
 * For who hears a page: the list under a field is called as its field is, and the heading of a group is not said to be
 * unchosen. Ant Design leaves both out.
 */
export function namedLists(code: string): string {
  const changes: readonly [from: string, to: string][] = [
    ["role: 'listbox',", "role: 'listbox', 'aria-label': calledAs(id),"],
    ['role: "listbox",', 'role: "listbox", "aria-label": calledAs(id),'],
    [
      '"aria-selected": isAriaSelected(value),\n      "aria-disabled": disabled',
      '"aria-selected": item.group ? undefined : isAriaSelected(value),\n      "aria-disabled": disabled',
    ],
  ]
  let done = code
  for (const [from, to] of changes) {
    if (done.split(from).length !== 2) throw new Error(`${OPTION_LIST} has changed: look at vite.antd.ts`)
    done = done.replace(from, to)
  }
  return `${done}
const calledAs = (id) => {
  const field = document.getElementById(id)
  return field?.getAttribute('aria-label') || field?.labels?.[0]?.innerText || field?.placeholder || undefined
}`
}

const kebab = (name: string) => name.replace(/\B[A-Z]/g, '-$&').toLowerCase()

// Nothing in the browser may add a <style> tag, and no style function needs to travel there.
const stubs: Record<string, string> = {
  '@rc-component/util/es/Dom/dynamicCSS.js': `
    const made = new Map()
    export const injectCSS = () => null
    export const removeCSS = (key) => { made.delete(key) }
    export const clearContainerCache = () => made.clear()
    export const updateCSS = (css, key) => made.get(key) ?? (made.set(key, document.createElement('style')), made.get(key))`,
  'antd/es/theme/util/genStyleUtils.js': `
    export const genStyleHooks = /*#__PURE__*/ () => () => ['', '${KEY}']
    export const genComponentStyleHook = /*#__PURE__*/ () => () => ''
    export const genSubStyleComponent = /*#__PURE__*/ () => () => null
    export const genCssVar = (antCls, component) => {
      const prefix = '--' + antCls.replace(/\\./g, '') + '-' + component + '-'
      return [(name) => prefix + name, (name, other) => 'var(' + prefix + name + (other ? ', ' + other : '') + ')']
    }`,
}

/** The rules once, the variables twice: on :root, and under html.dark those that differ there. */
export function staticCss(tokens: URL): string {
  const source = readFileSync(tokens, 'utf8')
  const [light = '', dark = ''] = source.split('\nhtml.dark')
  const daySeeds = values(light)
  const day = draw(daySeeds, false)
  const night = draw({ ...daySeeds, ...values(dark) }, true)
  const rules = extractStyle(day, { plain: true, types: 'style' })
  const byDay = variables(day)
  const byNight = [...variables(night)].filter(([name, value]) => byDay.get(name) !== value)
  return `${block(':root', [...byDay])}\n${block('html.dark', byNight)}\n${rules}`
}

/**
 * Ant Design hangs a component's variables on that component; their names are unique, so they can all
 * stand at the root. Panels drawn alone switch motion off: the theme's own value, met first, stays.
 */
function variables(cache: ReturnType<typeof createCache>): Map<string, string> {
  const found = new Map<string, string>()
  const css = extractStyle(cache, { plain: true, types: ['token', 'cssVar'] })
  const blocks = css.matchAll(/([^{}]+)\{([^{}]*)\}/g)
  const ownFirst = [...blocks].toSorted(
    (a, b) => Number(b[1]!.includes(`.${KEY}`)) - Number(a[1]!.includes(`.${KEY}`)),
  )
  for (const [, , body] of ownFirst)
    for (const [, name, value] of body!.matchAll(/(--[\w-]+):([^;]+);/g))
      if (!found.has(name!)) found.set(name!, value!)
  return found
}

const block = (selector: string, pairs: [string, string][]): string =>
  `${selector}{${pairs.map(([name, value]) => `${name}:${value}`).join(';')}}`

function values(block: string): Record<string, string> {
  const found: Record<string, string> = {}
  for (const [, name, value] of block.matchAll(/--([\w-]+):\s*([^;]+);/g)) found[name!] = value!.trim()
  return found
}

function draw(seeds: Record<string, string>, dark: boolean) {
  const cache = createCache()
  const base = dark ? antd.theme.darkAlgorithm : antd.theme.defaultAlgorithm
  const algorithm: (typeof base)[] = [base, (_seed, map) => ({ ...map!, ...exact(seeds) }) as typeof map & {}]
  const body = drawn.map(([name, props]) => element(name, props))
  const themed = h(antd.ConfigProvider, { theme: { ...antTheme(seeds), algorithm } }, ...body)
  renderToString(h(StyleProvider, { cache }, themed))
  return cache
}

function element(name: string, props: Record<string, unknown>): ReactNode {
  let found = antd as unknown as Record<string, Drawn>
  for (const part of name.split('.')) found = found[part] as unknown as Record<string, Drawn>
  const component = found as unknown as Drawn
  return h(component._InternalPanelDoNotUseOrYouWillBeFired ?? component, { key: name, ...props })
}
