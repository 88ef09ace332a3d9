import { useMemo } from 'react'
import { useLocale } from '../../../apps/web/ui/index.ts'
import { phrase } from '../../../kernel/text.ts'
import { useCustomFields } from '../../parties/web/useCustomFields.ts'
import { type Import, targetsOf } from '../contract.ts'
import type { Target } from '../targets.ts'
import { targetText } from '../text.targets.ts'

/** What columns can mean for this reader, with its words: our own targets, then the company's custom fields. */
export function useTargets() {
  const locale = useLocale()
  const fields = useCustomFields()
  return useMemo(() => {
    const custom = fields
      .filter(({ editable }) => editable)
      .flatMap(({ key, kind, label_zh, label_en }): { value: Target; label: string }[] => {
        const label = locale === 'en' ? label_en || label_zh : label_zh || label_en
        const own = { value: `fields.${key}` as const, label }
        if (kind !== 'money') return [own]
        const currency = locale === 'en' ? `${label} currency` : `${label}币种`
        return [own, { value: `fields.${key}.currency`, label: currency }]
      })
    const label = (target: Target): string => {
      const known = targetText[target]
      return known ? phrase(known, locale) : (custom.find(({ value }) => value === target)?.label ?? target)
    }
    const options = (kind: Import['kind']) => [
      ...targetsOf[kind].map((value) => ({ value, label: label(value) })),
      ...(kind === 'parties' ? custom : []),
    ]
    const field = (target: Target | null) => fields.find(({ key }) => target === `fields.${key}`)
    return { label, options, field }
  }, [locale, fields])
}
