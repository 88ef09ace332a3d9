import { spelled } from 'virtual:spelled'
import { mayOpen, pages } from '../../../apps/web/pages.ts'
import type { IconName } from '../../../apps/web/ui/index.ts'
import type { Phrase } from '../../../kernel/text.ts'
import { type Locale, phrase } from '../../../kernel/text.ts'
import type { Mark } from '../rules.ts'

/** A page or an action: found by its words in both languages and by pinyin. */
export type Place = {
  key: string
  label: Phrase
  icon: IconName
  keys?: string
  to?: string
  run?: () => void
}

export const pagePlaces = (can: (may: string) => boolean): Place[] =>
  pages.flatMap((page) =>
    page.nav && mayOpen(page, can)
      ? [{ key: page.path, label: page.nav.label, icon: page.nav.icon, keys: page.nav.keys, to: page.path }]
      : [],
  )

export type Matched = { place: Place; marks: Mark[] }

/** Those whose words the typed ones begin, in their order; what begins the label stands first. */
export function matching(places: readonly Place[], typed: string, locale: Locale): Matched[] {
  const q = typed.normalize('NFKC').trim().toLowerCase()
  const found = places.flatMap((place) => {
    const label = phrase(place.label, locale)
    const marks = marksOf(place.label, label, q)
    return marks ? [{ place, marks }] : []
  })
  return found.toSorted((a, b) => (a.marks[0]?.from ?? 1) - (b.marks[0]?.from ?? 1))
}

function marksOf({ zh, en }: Phrase, shown: string, q: string): Mark[] | null {
  const at = beginsWord(shown.toLowerCase(), q)
  if (at >= 0) return [{ from: at, to: at + q.length }]
  const [whole = '', initials = ''] = spelled[zh] ?? []
  const letters = q.replaceAll(/[\s']/g, '')
  if (letters !== '' && (whole.startsWith(letters) || initials.startsWith(letters)))
    return shown === zh ? [{ from: 0, to: shown.length }] : []
  return beginsWord(en.toLowerCase(), q) >= 0 || zh.includes(q) ? [] : null
}

/** Chinese anywhere, Latin from the beginning of a word. */
function beginsWord(label: string, q: string): number {
  for (let at = label.indexOf(q); at >= 0; at = label.indexOf(q, at + 1))
    if (at === 0 || !/[a-z0-9]/.test(label[at - 1]!) || !/[a-z0-9]/.test(q[0]!)) return at
  return -1
}
