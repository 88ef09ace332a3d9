import type { Ctx } from '../../../kernel/ctx.ts'
import { allFields, fieldsSeen, fieldsWritten } from '../../parties/fields/catalogue.ts'
import { CURRENCY } from '../../parties/fields/export.ts'
import { roleWords } from '../../parties/labels/known.ts'
import { sayValue } from '../../parties/rules.fields.ts'
import type { PreviewItem } from '../contract.ts'
import { headerKey } from '../mapping.synonyms.ts'
import type { CustomWords } from '../mapping.ts'
import { customKeyOf, customTarget, isCustom, type Kind, type Mapping, type Target } from '../targets.ts'

// Custom fields as columns of a file: what they are called, who may fill them, and what of an import is told to whom.

/** Headers that mean a custom field which the caller may fill: its names in both languages, its key, our exported ones. */
export async function customWords(ctx: Ctx): Promise<CustomWords> {
  return (await fieldsWritten(ctx)).flatMap((field) => {
    const names = [field.label_zh, field.label_en].filter((name) => name !== '')
    const own = [...names, field.key, `fields.${field.key}`].map(headerKey)
    const currency = names.flatMap((name) => [`${name}币种`, `${name} currency`]).map(headerKey)
    const money = [customTarget(field.key + CURRENCY), currency] as const
    return [[customTarget(field.key), own] as const, ...(field.kind === 'money' ? [money] : [])]
  })
}

/** With the mapping, what its custom fields are: needed wherever a mapping is judged or run. */
export const withFields = async (ctx: Ctx, mapping: Mapping): Promise<Mapping> =>
  mapping.kind === 'products'
    ? mapping
    : {
        ...mapping,
        ...(mapping.kind === 'parties'
          ? { fields: await fieldsWritten(ctx), roles: await roleWords(ctx) }
          : {}),
        defaults: await allFields(ctx),
      }

/** Columns that fill fields which the caller does not see, by their place. */
export async function hiddenColumns(
  ctx: Ctx,
  columns: readonly (Target | null)[],
): Promise<ReadonlySet<number>> {
  const seen = await fieldsSeen(ctx)
  const hides = (target: Target | null) =>
    target !== null && isCustom(target) && !seen.some(({ key }) => key === customKeyOf(target))
  return new Set(columns.flatMap((target, i) => (hides(target) ? [i] : [])))
}

/** Does the file fill a field that the caller does not see? Its rows are then nothing for them. */
export const fillsHidden = async (ctx: Ctx, columns: readonly (Target | null)[]): Promise<boolean> =>
  (await hiddenColumns(ctx, columns)).size > 0

/** Values of custom fields in words; of fields that the caller does not see, nothing. */
export async function changesTold(
  ctx: Ctx,
  kind: Kind,
  items: readonly PreviewItem[],
): Promise<PreviewItem[]> {
  if (kind !== 'parties') return [...items]
  const seen = new Map((await fieldsSeen(ctx)).map((field) => [`fields.${field.key}`, field]))
  return items.map((item) => ({
    ...item,
    changes: item.changes.flatMap((change) => {
      if (!change.field.startsWith('fields.')) return [change]
      const field = seen.get(change.field)
      if (!field) return []
      const say = (json: string | null) =>
        json === null ? null : sayValue(field, JSON.parse(json), ctx.locale) || null
      return [{ ...change, was: say(change.was), becomes: say(change.becomes) }]
    }),
  }))
}
