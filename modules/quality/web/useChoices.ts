import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { type Option, useCan, useLocale, useText } from '../../../apps/web/ui/index.ts'
import { useCustomFields } from '../../parties/web/useCustomFields.ts'
import { bands } from '../rules.ts'
import { text as served } from '../text.ts'
import { qualityApi } from './qualityApi.ts'
import { useSays } from './says.ts'
import { text } from './text.ts'

/** What the fields `quality.*` of a filter may be, by their keys; null: they are not for this reader. */
export function useQualityChoices(): Readonly<Record<string, readonly Option[]>> | null {
  const can = useCan()
  const may = can('quality:read')
  const word = useText(served)
  const say = useText(text)
  const english = useLocale() === 'en'
  const { ruleName } = useSays()
  const custom = useCustomFields()
  const { data } = useQuery({ ...qualityApi.rules.query(), staleTime: 60_000, enabled: may })
  // biome-ignore lint/correctness/useExhaustiveDependencies: the words change with the language alone
  return useMemo(() => {
    if (!may) return null
    const seen = new Set(custom.map(({ key }) => `fields.${key}`))
    const rules = (data?.rules ?? []).filter(
      ({ on, required, when }) =>
        on &&
        [...required, ...when.map(({ field }) => field)].every(
          (field) => !field.startsWith('fields.') || seen.has(field),
        ),
    )
    return {
      'quality.band': [
        ...bands.map((value) => ({ value: value as string, label: word(`band.${value}`) })),
        { value: 'none', label: say('no_score') },
      ],
      'quality.reason': rules.map(({ code, name_zh, name_en }) => ({
        value: code,
        label: ruleName({ code, name: english ? name_en || name_zh : name_zh || name_en }),
      })),
    }
  }, [may, english, custom, data])
}
