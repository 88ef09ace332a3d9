import { readingsOf } from '../parties/names/romanise.ts'
import { fold } from '../parties/names/search.ts'
import type { Letter } from './rules.ts'

/** A name, character by character, as it is compared and typed. */
export const lettersOf = (name: string, kind: 'person' | 'organisation'): Letter[] =>
  readingsOf(name, kind).map(({ character, isHan, plain }) => ({
    shown: character,
    folded: fold(character.normalize('NFKC')),
    isHan,
    plain,
  }))

export const folded = (text: string): string => fold(text.normalize('NFKC')).trim().replace(/\s+/g, ' ')
