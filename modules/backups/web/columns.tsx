import { useMemo } from 'react'
import { type Column, Count, Tag, useLocale, useText, When } from '../../../apps/web/ui/index.ts'
import { formatNumber, type Locale } from '../../../kernel/text.ts'
import type { Backup } from '../contract.ts'
import { text } from './text.ts'

const STEPS = [
  [1024 ** 3, 'GB'],
  [1024 ** 2, 'MB'],
  [1024, 'KB'],
] as const
export function bytes(n: number, locale: Locale): string {
  const [size, unit] = STEPS.find(([least]) => n >= least) ?? [1, 'B']
  return `${formatNumber(n / size, locale, { maximumFractionDigits: size === 1 ? 0 : 1 })} ${unit}`
}

export const isWhole = (row: Backup): boolean => row.state === 'done' && row.there

export function useOrigin(): (row: Backup) => string {
  const say = useText(text)
  return (row) => row.created_by?.name || say(row.origin === 'upload' ? 'uploaded_origin' : row.origin)
}

export function StateTag({ row }: { row: Backup }) {
  const say = useText(text)
  if (row.state === 'running') return <Tag tone="brand">{say('running')}</Tag>
  if (row.state === 'failed') return <Tag tone="warn">{say('failed')}</Tag>
  if (!row.there) return <Tag tone="warn">{say('gone')}</Tag>
  return <Tag tone="ok">{say('done')}</Tag>
}

export function CheckTag({ row }: { row: Backup }) {
  const say = useText(text)
  if (!row.check) return <span className="mut">{say('not_yet')}</span>
  if (row.check.ok === null) return <Tag>{say('untried')}</Tag>
  return (
    <span className="row">
      <Tag tone={row.check.ok ? 'ok' : 'warn'}>{say(row.check.ok ? 'good' : 'bad')}</Tag>
      <span className="mut">
        <When at={row.check.at} />
      </span>
    </span>
  )
}

export function useBackupColumns(): readonly Column<Backup>[] {
  const say = useText(text)
  const locale = useLocale()
  const origin = useOrigin()
  // biome-ignore lint/correctness/useExhaustiveDependencies: names change with the language, as say does
  return useMemo(
    () => [
      {
        key: 'when',
        title: say('when'),
        width: 148,
        cell: (row) => <When at={row.taken_at ?? row.created_at} time />,
      },
      {
        key: 'file',
        title: say('file'),
        min: 220,
        grow: 2,
        cell: (row) => (
          <span className="row cut">
            <span className="cut">{row.file}</span>
            {row.with_key && <Tag tone="seal">{say('key_inside')}</Tag>}
          </span>
        ),
      },
      { key: 'state', title: say('state'), width: 112, cell: (row) => <StateTag row={row} /> },
      { key: 'verified', title: say('verified'), width: 148, cell: (row) => <CheckTag row={row} /> },
      { key: 'by', title: say('by'), width: 128, cell: (row) => <span className="cut">{origin(row)}</span> },
      {
        key: 'rows',
        title: say('rows'),
        width: 112,
        align: 'end',
        cell: (row) => <Count value={row.state === 'done' ? row.rows : null} />,
      },
      {
        key: 'size',
        title: say('size'),
        width: 100,
        align: 'end',
        cell: (row) => (row.state === 'done' ? bytes(row.bytes, locale) : <span className="mut">—</span>),
      },
    ],
    [say, locale],
  )
}

export function BackupNarrow({ row }: { row: Backup }) {
  const locale = useLocale()
  return (
    <>
      <div className="l1">
        <When at={row.taken_at ?? row.created_at} time />
        <span className="r">
          <StateTag row={row} />
        </span>
      </div>
      <div className="l2">
        <span className="cut">{row.state === 'done' ? bytes(row.bytes, locale) : row.error?.message}</span>
        <span className="r">
          <CheckTag row={row} />
        </span>
      </div>
    </>
  )
}
