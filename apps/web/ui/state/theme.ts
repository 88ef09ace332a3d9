import { remember, remembered, store, useStore } from './store.ts'

export type Theme = 'system' | 'light' | 'dark'
const KEY = 'guanxi.theme'
const dark = matchMedia('(prefers-color-scheme: dark)')
const saved = remembered(KEY)
const chosen = store<Theme>(saved === 'dark' || saved === 'light' ? saved : 'system')

/** Ant Design's variables hang on the same class, so a change of theme draws nothing anew. */
const apply = () => {
  const now = chosen.get() === 'dark' || (chosen.get() === 'system' && dark.matches)
  document.documentElement.classList.toggle('dark', now)
}
dark.addEventListener('change', apply)
apply()

export const useTheme = (): Theme => useStore(chosen)
export function setTheme(next: Theme): void {
  remember(KEY, next)
  chosen.set(next)
  apply()
}
