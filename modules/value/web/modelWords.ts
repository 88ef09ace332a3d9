import { useCallback } from 'react'
import { useLocale } from '../../../apps/web/ui/index.ts'
import { phrase, type Words } from '../../../kernel/text.ts'
import { figureText } from '../text.figures.ts'

/** The engine's codes in plain words; one that is not known yet stays as it is. */
export function useModelWords(): (code: string) => string {
  const locale = useLocale()
  return useCallback(
    (code) => {
      const found = (figureText as Words)[`model.${code}`]
      return found ? phrase(found, locale) : code
    },
    [locale],
  )
}
