import { useMemo } from 'react'
import type { Column } from '../../../../apps/web/ui/index.ts'
import type { Phrase } from '../../../../kernel/text.ts'
import type { FieldKind } from '../../contract.fields.ts'
import type { PartyRow } from '../../contract.ts'
import { useCustomFields } from '../useCustomFields.ts'
import { useFieldName } from './sections.ts'
import { Value } from './Value.tsx'

const dash = <span className="mut">—</span>
const figures: ReadonlySet<FieldKind> = new Set<FieldKind>(['number', 'money', 'date'])
const narrow: ReadonlySet<FieldKind> = new Set<FieldKind>(['yes_no', 'date'])

/** Columns of the list for the custom fields that the reader sees. Fast ones can be sorted by, and others slower. */
export function useCustomColumns(): readonly Column<PartyRow>[] {
  const fields = useCustomFields()
  const name = useFieldName()
  // biome-ignore lint/correctness/useExhaustiveDependencies: the name changes with the language, as the fields do not
  return useMemo(
    () =>
      fields.map(
        (field): Column<PartyRow> => ({
          key: `fields.${field.key}`,
          title: name(field),
          ...(narrow.has(field.kind) ? { width: 100 } : { min: 110, grow: 1 }),
          ...(figures.has(field.kind) ? { align: 'end' as const } : {}),
          ...(field.kind === 'multi_choice' || field.kind === 'long_text'
            ? {}
            : { sort: `fields.${field.key}` }),
          cell: (row) => {
            const value = row.fields[field.key]
            return value === undefined ? dash : <Value field={field} value={value} />
          },
        }),
      ),
    [fields, name({ label_zh: '中', label_en: 'en' })],
  )
}

/** Headings of the exported file. */
export function useCustomHeadings(): Readonly<Record<string, Phrase>> {
  const fields = useCustomFields()
  return useMemo(
    () =>
      Object.fromEntries(
        fields.flatMap(({ key, kind, label_zh, label_en }): [string, Phrase][] => {
          const heading = { zh: label_zh || label_en, en: label_en || label_zh }
          const own: [string, Phrase] = [`fields.${key}`, heading]
          return kind === 'money'
            ? [own, [`fields.${key}.currency`, { zh: `${heading.zh}币种`, en: `${heading.en} currency` }]]
            : [own]
        }),
      ),
    [fields],
  )
}
