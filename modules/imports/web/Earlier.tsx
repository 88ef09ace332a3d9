import { useInfiniteQuery } from '@tanstack/react-query'
import {
  Count,
  ExportMenu,
  Fault,
  Go,
  type PlainColumn,
  PlainTable,
  Tag,
  type Tone,
  useCan,
  useNarrow,
  useTight,
  When,
} from '../../../apps/web/ui/index.ts'
import { useSay } from '../../orders/web/say.ts'
import type { ImportRow, ImportState } from '../contract.ts'
import { importHeadings } from '../text.export.ts'
import { importApi } from './importApi.ts'
import { text } from './text.ts'
import { text as undoText } from './undo/text.ts'

const tones: Partial<Record<ImportState, Tone>> = {
  done: 'ok',
  failed: 'warn',
  running: 'brand',
  waiting: 'brand',
  previewing: 'brand',
}

/** Every import stays with its report. `except`: the one that is being looked at. */
export function Earlier({ except }: { except?: number }) {
  const say = useSay(text)
  const can = useCan()
  const narrow = useNarrow()
  const tight = useTight()
  const list = useInfiniteQuery({
    ...importApi.list.pages({ query: { limit: 20 } }),
    enabled: can('imports:read'),
  })
  const rows = (list.data?.pages.flatMap((page) => page.items) ?? []).filter((row) => row.id !== except)
  const columns = useColumns()
  if (list.error && rows.length === 0) return <Fault error={list.error} onRetry={list.refetch} />
  if (list.isPending || (except !== undefined && rows.length === 0)) return null
  return (
    <section className="earlier">
      <div className="eh">
        <h2>{say('earlier')}</h2>
        {rows.length > 0 && (
          <ExportMenu
            small
            headings={importHeadings}
            shown={Object.keys(importHeadings)}
            ask={(query, signal) => importApi.exportList({ query, signal })}
          />
        )}
      </div>
      {rows.length === 0 ? (
        <p className="mut s13">{say('no_earlier')}</p>
      ) : (
        <PlainTable
          label={say('earlier')}
          columns={columns.filter(({ key }) => (narrow ? onPhone : tight ? onTablet : everywhere).has(key))}
          rows={rows}
          keyOf={(row) => row.id}
          compact
        />
      )}
      {list.hasNextPage && (
        <button type="button" className="lnk s13" onClick={() => list.fetchNextPage()}>
          {say('more')}
        </button>
      )}
    </section>
  )
}

const onPhone = new Set(['file', 'read', 'state'])
const onTablet = new Set(['when', 'file', 'read', 'rejected', 'state'])
const everywhere = new Set(['when', 'file', 'kind', 'read', 'created', 'updated', 'rejected', 'who', 'state'])

function useColumns(): readonly PlainColumn<ImportRow>[] {
  const say = useSay(text)
  const sayUndo = useSay(undoText)
  const count = (key: 'read' | 'created' | 'updated' | 'rejected'): PlainColumn<ImportRow> => ({
    key,
    title: say(key),
    width: 92,
    align: 'end',
    cell: ({ report }) => <Count value={report?.lines[key]} />,
  })
  return [
    { key: 'when', title: say('when'), width: 130, cell: (row) => <When at={row.created_at} time /> },
    {
      key: 'file',
      title: say('file'),
      cell: (row) => (
        <Go to="/import" search={{ id: String(row.id) }} className="lnk" title={row.file_name}>
          {row.file_name}
        </Go>
      ),
    },
    { key: 'kind', title: say('kind_short'), width: 76, cell: (row) => say(row.kind) },
    count('read'),
    count('created'),
    count('updated'),
    count('rejected'),
    {
      key: 'who',
      title: say('who'),
      width: 110,
      cell: (row) => row.created_by?.name ?? <span className="mut">—</span>,
    },
    {
      key: 'state',
      title: say('state'),
      width: 122,
      cell: (row) =>
        row.undo.state === 'undone' || row.undo.state === 'partly_undone' ? (
          <Tag tone="plain">{sayUndo(`${row.undo.state}_state`)}</Tag>
        ) : (
          <Tag tone={tones[row.state] ?? 'plain'}>{say(`${row.state}_state`)}</Tag>
        ),
    },
  ]
}
