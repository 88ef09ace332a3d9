import type { Ctx } from '../../kernel/ctx.ts'
import { type Phrase, phrase, sayer } from '../../kernel/text.ts'
import { type CustomField, fieldsSeen, labelOf } from '../parties/fields/catalogue.ts'
import type { ReasonShape } from './contract.ts'
import { type Reason, type Rule, remedyOf } from './rules.ts'
import { text } from './text.ts'

/** What a caller may be told: a rule over a custom field that their role does not see is, for them, not there. */
export type Teller = {
  rules: readonly Rule[]
  /** codes of the rules that the caller is told of */
  told: ReadonlySet<string>
  nameOf: (code: string) => string
  namesOf: (code: string) => Phrase
  reason: (reason: Reason) => ReasonShape
}

export async function tellerFor(ctx: Ctx, rules: readonly Rule[]): Promise<Teller> {
  const seen = new Map((await fieldsSeen(ctx)).map((field) => [`fields.${field.key}`, field]))
  const isTold = ({ required, when }: Rule) =>
    [...required, ...when.map(({ field }) => field)].every(
      (field) => !field.startsWith('fields.') || seen.has(field),
    )
  const told = new Set(rules.filter((rule) => rule.on && isTold(rule)).map(({ code }) => code))
  const ruleOf = (code: string) => rules.find((rule) => rule.code === code)
  const namesOf = (code: string): Phrase => {
    const rule = ruleOf(code)
    if (!code.startsWith('own_')) return text[`rule.${code}` as 'rule.no_owner'] ?? { zh: code, en: code }
    return { zh: rule?.name_zh || rule?.name_en || code, en: rule?.name_en || rule?.name_zh || code }
  }
  const nameOf = (code: string) => phrase(namesOf(code), ctx.locale)
  return {
    rules,
    told,
    nameOf,
    namesOf,
    reason: ({ code, dimension, weight, days, contact_point_id, fields }) => ({
      code,
      dimension,
      weight,
      says: saysOf(ctx, { code, name: nameOf(code), days, fields, seen }),
      remedy: remedyOf(code),
      days: days ?? null,
      contact_point_id: contact_point_id ?? null,
      fields: fields ?? [],
    }),
  }
}

type Said = {
  code: string
  name: string
  days: number | undefined
  fields: readonly string[] | undefined
  seen: ReadonlyMap<string, CustomField>
}
function saysOf(ctx: Ctx, { code, name, days, fields, seen }: Said): string {
  const say = sayer(text, ctx.locale)
  if (fields) {
    const called = fields.map((field) => {
      const custom = seen.get(field)
      return custom ? labelOf(custom, ctx.locale) : say(`field.${field}` as 'field.name')
    })
    return say('reason.own_fields', { name, fields: called })
  }
  const key = `reason.${code}` as 'reason.no_owner'
  return key in text ? say(key, { days }) : name
}
