import { useMemo } from 'react'
import { type Column, Go, Tag, useLocale, useText, When } from '../../../apps/web/ui/index.ts'
import type { AuditRow } from '../contract.ts'
import { actorName } from '../rules.sentence.ts'
import { text } from './text.ts'

export function useColumns(): readonly Column<AuditRow>[] {
  const say = useText(text)
  const locale = useLocale()
  // biome-ignore lint/correctness/useExhaustiveDependencies: names change with the language, as say does
  return useMemo(
    () => [
      { key: 'at', title: say('when'), width: 128, cell: (row) => <When at={row.at} time /> },
      { key: 'who', title: say('who'), width: 140, cell: (row) => <Who row={row} locale={locale} /> },
      {
        key: 'says',
        title: say('what'),
        // Shares in the measure of the least widths: a head of its own width would stand beside its column.
        min: 330,
        grow: 3,
        cell: (row) => (
          <span className={row.erased ? 'cut mut' : 'cut'} title={row.says}>
            {row.says}
          </span>
        ),
      },
      {
        key: 'party',
        title: say('party'),
        min: 110,
        grow: 1,
        cell: (row) =>
          row.party && !row.party.erased ? (
            <Go to={`/customers/${row.party.id}`} className="lnk cut">
              {row.party.name}
            </Go>
          ) : (
            <span className="mut cut">{row.party?.name ?? '—'}</span>
          ),
      },
      { key: 'how', title: say('how'), width: 112, cell: (row) => <Tag>{say(row.source)}</Tag> },
    ],
    [say],
  )
}

const Who = ({ row, locale }: { row: AuditRow; locale: ReturnType<typeof useLocale> }) => (
  <span className={row.actor.name ? 'cut' : 'cut mut'}>{actorName(row.actor, locale)}</span>
)

export function NarrowRow({ row }: { row: AuditRow }) {
  const say = useText(text)
  return (
    <>
      <div className="l1">
        <span className="cut">{row.says}</span>
      </div>
      <div className="l2">
        <span className="cut">{say(row.source)}</span>
        <span className="r mut">
          <When at={row.at} time />
        </span>
      </div>
    </>
  )
}
