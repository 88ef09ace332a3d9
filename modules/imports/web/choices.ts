import { useMemo } from 'react'
import { type Option, useLocale } from '../../../apps/web/ui/index.ts'
import { type Locale, phrase, words } from '../../../kernel/text.ts'
import type { CustomFieldShape } from '../../parties/contract.fields.ts'
import { channels } from '../../parties/contract.ts'
import { optionLabel, sayValue } from '../../parties/rules.fields.ts'
import { useMarketRoleNames, useMarketRoleOptions } from '../../parties/web/labels/OwnWords.tsx'
import {
  channelPreferenceOf,
  countryCode,
  currencyCode,
  headerKey,
  languageOf,
  marketRoleReader,
  partyKindOf,
  yesOrNo,
} from '../rules.words.ts'
import type { Target } from '../targets.ts'
import { text } from './text.ts'
import { useTargets } from './useTargets.ts'

const own = words({
  'zh-CN': { zh: '中文', en: 'Chinese' },
  en: { zh: '英文', en: 'English' },
  email: { zh: '邮件', en: 'e-mail' },
  phone: { zh: '电话', en: 'phone' },
  sms: { zh: '短信', en: 'SMS' },
  wechat: { zh: '微信', en: 'WeChat' },
  post: { zh: '信函', en: 'post' },
  visit: { zh: '拜访', en: 'visit' },
})

export type Words = {
  options: Option[]
  /** what a word is read as without anybody's help */
  reads: (word: string) => string | undefined
}

/** Columns whose words are a choice of ours. */
export const isChoice = (target: Target | null): boolean => target !== null && target in readers

const readers: { [T in Target]?: (word: string) => string | undefined } = {
  market_roles: marketRoleReader(),
  kind: partyKindOf,
  language: languageOf,
  channel_preference: channelPreferenceOf,
  country: countryCode,
  currency: (word) => currencyCode(word, 'CNY'),
}

export function useWords(target: Target): Words {
  const locale = useLocale()
  const { field } = useTargets()
  const roles = useMarketRoleOptions()
  const names = useMarketRoleNames()
  return useMemo(() => {
    const custom = field(target)
    if (custom) return wordsOfField(custom, locale)
    const named = (value: string, of: Intl.DisplayNames) => ({
      value,
      label: `${of.of(value) ?? ''} ${value}`,
    })
    const say = (value: keyof typeof own) => ({ value, label: phrase(own[value], locale) })
    const options: { [T in Target]?: () => Option[] } = {
      market_roles: () => roles,
      kind: () =>
        (['person', 'organisation'] as const).map((value) => ({ value, label: phrase(text[value], locale) })),
      language: () => [say('zh-CN'), say('en')],
      channel_preference: () => channels.map(say),
      country: () => {
        const of = new Intl.DisplayNames(locale, { type: 'region' })
        return countries.map((value) => named(value, of))
      },
      currency: () => {
        const of = new Intl.DisplayNames(locale, { type: 'currency' })
        return Intl.supportedValuesOf('currency').map((value) => named(value, of))
      },
    }
    const reads = target === 'market_roles' ? marketRoleReader(names) : readers[target]
    return { options: options[target]?.() ?? [], reads: reads ?? (() => undefined) }
  }, [target, locale, field, roles, names])
}

function wordsOfField(custom: CustomFieldShape, locale: Locale): Words {
  if (custom.kind === 'yes_no')
    return {
      options: ['是', '否'].map((value, i) => ({ value, label: sayValue(custom, i === 0, locale) })),
      reads: (word) => ({ true: '是', false: '否', none: undefined })[`${yesOrNo(word) ?? 'none'}`],
    }
  const same = (a: string, b: string) => headerKey(a) === headerKey(b)
  return {
    options: custom.options
      .filter(({ archived }) => !archived)
      .map(({ key }) => ({ value: key, label: optionLabel(custom, key, locale) })),
    reads: (word) =>
      custom.options.find(
        ({ key, label_zh, label_en }) => key === word || same(label_zh, word) || same(label_en, word),
      )?.key,
  }
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
/** All that the reader knows, so that what one picks is what it reads. */
const countries: string[] = [...LETTERS]
  .flatMap((a) => [...LETTERS].map((b) => a + b))
  .filter((code) => countryCode(code) === code)
