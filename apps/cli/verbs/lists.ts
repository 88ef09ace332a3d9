import { formatNumber, phrase } from '../../../kernel/text.ts'
import { type FieldOption, fields } from '../../../modules/parties/contract.fields.ts'
import { parties } from '../../../modules/parties/contract.ts'
import { quality } from '../../../modules/quality/contract.ts'
import { verbText as t, valueWords } from './text.ts'
import { option, verb } from './verb.ts'

// What an administrator or an analyst looks at: custom fields, saved views, the worklist of bad data.

export const fieldsList = verb(fields.list, {
  does: t.fields_list,
  lines: ({ items }, { locale }) =>
    items.map((field) => [
      String(field.custom_field_id),
      field.key,
      (locale === 'zh-CN' ? field.label_zh : field.label_en) || field.label_zh || field.label_en,
      phrase(valueWords[`field.${field.kind}`]!, locale),
      field.options
        .filter(({ archived }) => !archived)
        .map(({ key }) => key)
        .join(', '),
    ]),
})

/** `gold:金牌:Gold,silver`: a key with its labels, or one word for all three. */
export const choicesOf = (said: string): FieldOption[] =>
  said.split(',').map((one, i) => {
    const [key = '', zh = key, en = zh] = one.split(':').map((part) => part.trim())
    const plain = /^[a-z0-9][a-z0-9_]{0,39}$/.test(key)
    return { key: plain ? key : `c${i + 1}`, label_zh: zh, label_en: en, archived: false }
  })

export const fieldsAdd = verb(fields.create, {
  does: t.fields_add,
  words: ['kind', 'label_zh'],
  without: ['options', 'sees_role_ids', 'edits_role_ids'],
  options: { choices: { takes: '<key:中文:English,…>', does: t.choices } },
  input: (_ctx, given) => {
    const [choices, en] = [option(given, 'choices'), option(given, 'label-en')]
    return {
      label_en: en ?? given.words[1],
      ...(choices === undefined ? {} : { options: choicesOf(choices) }),
    }
  },
  lines: ({ key, custom_field_id }, { locale }) =>
    phrase(t.field_added, locale, { key, id: String(custom_field_id) }),
})

export const viewsList = verb(parties.views, {
  does: t.views_list,
  lines: ({ items }, { locale }) =>
    items.map((view) => [
      String(view.id),
      view.name,
      phrase(valueWords[`shared.${view.shared}`]!, locale),
      view.owner.name,
      view.unit?.name ?? '',
    ]),
})

export const qualityList = verb(quality.list, {
  does: t.quality_list,
  without: ['owner'],
  lines: ({ items }, { locale }) =>
    items.map((row) => [
      String(row.id),
      row.score === null ? '—' : formatNumber(row.score, locale),
      row.name,
      row.owner?.name ?? '—',
      row.reasons.map(({ says }) => says).join(locale === 'zh-CN' ? '；' : '; '),
    ]),
})
