import { useMemo } from 'react'
import { useLocale, useText } from '../../../apps/web/ui/index.ts'
import type { Params, Words } from '../../../kernel/text.ts'

/** English counts one thing without an s: “1 line”, “21 lines”. Chinese has no such difference. */
export const oneOfThem = (said: string): string =>
  said.replace(/(^|[^\d.,])1 (line|order|customer|product|reason|day)s\b/g, '$11 $2')

/** As useText, for sentences that count. */
export function useSay<W extends Words>(table: W) {
  const say = useText(table)
  const english = useLocale() === 'en'
  return useMemo(
    () =>
      (key: keyof W & string, params?: Params): string =>
        english ? oneOfThem(say(key, params)) : say(key, params),
    [say, english],
  )
}
