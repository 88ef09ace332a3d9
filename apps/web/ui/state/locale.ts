import { useMemo } from 'react'
import { type Locale, pickLocale, sayer, type Words } from '../../../../kernel/text.ts'
import { remember, remembered, store, useStore } from './store.ts'

const KEY = 'guanxi.locale'
const known = (value: string | null): Locale | undefined =>
  value === 'zh-CN' || value === 'en' ? value : undefined

const current = store<Locale>(known(remembered(KEY)) ?? pickLocale(navigator.languages.join(',')))
const zone = store<string>(Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC')

export const locale = () => current.get()
export const setZone = (name: string) => zone.set(name)
export const useLocale = (): Locale => useStore(current)
export const useZone = (): string => useStore(zone)

export function setLocale(next: Locale): void {
  remember(KEY, next)
  document.documentElement.lang = next
  current.set(next)
}

const over = store<ReadonlyMap<Words, Words>>(new Map())
/** The company's own words in the place of some of the house's. */
export const overWords = (table: Words, words: Words): void => over.set(new Map(over.get()).set(table, words))

/** `const say = useText(text)` → `say('title', { n: 3 })` in the reader's language. */
export function useText<W extends Words>(table: W) {
  const chosen = useLocale()
  const own = useStore(over).get(table)
  return useMemo(() => sayer(own ? { ...table, ...own } : table, chosen), [table, own, chosen])
}

/** Joins clauses of a sentence as the language does. */
export const useJoin = () => {
  const chosen = useLocale()
  return (parts: readonly string[]) => parts.join(chosen === 'zh-CN' ? '、' : ', ')
}
