import { type Locale, phrase } from '../../../kernel/text.ts'
import { undoText } from '../undo.text.ts'

/** A reason of rules.undo.ts, or that nothing is left to do, in words. */
export function said(code: string, until: string | null, locale: Locale): { code: string; message: string } {
  const params = { until: until?.slice(0, 10) ?? '' }
  return { code, message: phrase(undoText[code as keyof typeof undoText], locale, params) }
}
