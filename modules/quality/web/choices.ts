import { type Locale, phrase } from '../../../kernel/text.ts'
import { type BuiltIn, bands, builtIn } from '../rules.ts'
import { text as served } from '../text.ts'
import { qualityApi } from './qualityApi.ts'
import { text } from './text.ts'

type Choices = Readonly<Record<string, readonly { value: string; label: string }[]>>

const isBuiltIn = (code: string): code is BuiltIn => (builtIn as readonly string[]).includes(code)

/** What the fields `quality.*` of a filter may be, by their keys. `seen`: the custom fields that this reader sees. */
export async function choicesOf(locale: Locale, seen: ReadonlySet<string>): Promise<Choices> {
  const { rules } = await qualityApi.rules({})
  const told = rules.filter(
    ({ on, required, when }) =>
      on &&
      [...required, ...when.map(({ field }) => field)].every(
        (field) => !field.startsWith('fields.') || seen.has(field),
      ),
  )
  const own = ({ name_zh, name_en }: { name_zh: string; name_en: string }) =>
    locale === 'en' ? name_en || name_zh : name_zh || name_en
  return {
    'quality.band': [
      ...bands.map((value) => ({ value: value as string, label: phrase(served[`band.${value}`], locale) })),
      { value: 'none', label: phrase(text.no_score, locale) },
    ],
    'quality.reason': told.map((rule) => ({
      value: rule.code,
      label: isBuiltIn(rule.code) ? phrase(served[`rule.${rule.code}`], locale) : own(rule),
    })),
  }
}
