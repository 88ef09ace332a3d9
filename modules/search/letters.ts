import { readingsOf } from '../parties/names/romanise.ts'
import { fold } from '../parties/names/search.ts'
import type { Letter } from './rules.ts'

// The recent are shown again and again; a reading costs more than all the rest of showing it.
const kept = new Map<string, Letter[]>()
const KEPT_MAX = 4000

/** A name, character by character, as it is compared and typed. */
export function lettersOf(name: string, kind: 'person' | 'organisation'): Letter[] {
  const key = kind + name
  let letters = kept.get(key)
  if (letters) return letters
  letters = readingsOf(name, kind).map(({ character, isHan, plain }) => ({
    shown: character,
    folded: fold(character.normalize('NFKC')),
    isHan,
    plain,
  }))
  if (kept.size >= KEPT_MAX) kept.clear()
  kept.set(key, letters)
  return letters
}

export const folded = (text: string): string => fold(text.normalize('NFKC')).trim().replace(/\s+/g, ' ')
