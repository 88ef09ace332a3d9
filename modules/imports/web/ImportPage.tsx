import { useQuery } from '@tanstack/react-query'
import Button from 'antd/es/button'
import type { ReactNode } from 'react'
import { Go, Page, Steps, useCan, useSearch } from '../../../apps/web/ui/index.ts'
import { useSay } from '../../orders/web/say.ts'
import type { Import } from '../contract.ts'
import { Broken } from './Broken.tsx'
import { Drop } from './Drop.tsx'
import { useFileNote } from './format.ts'
import { importApi } from './importApi.ts'
import { Match, MatchFoot } from './Match.tsx'
import { Preview, PreviewFoot } from './Preview.tsx'
import { Report } from './Report.tsx'
import { Running } from './Running.tsx'
import { text } from './text.ts'
import { useUpload } from './upload.ts'
import './match.css'
import './values.css'
import './import.css'

/** Four steps on one page. The address holds the import: a reload goes on where one was. */
export function ImportPage() {
  const [search] = useSearch()
  const id = Number(search['id']) || undefined
  const after = Number(search['after']) || undefined
  return id === undefined ? <Fresh after={after} /> : <Known key={id} id={id} />
}

function Fresh({ after }: { after: number | undefined }) {
  const say = useSay(text)
  const can = useCan()
  const mended = useQuery({
    ...importApi.get.query({ params: { id: after ?? 0 } }),
    enabled: after !== undefined && can('imports:read'),
  })
  return (
    <Frame at={0} title={say('title')}>
      <Drop into={undefined} mended={mended.data} waiting={after !== undefined && mended.isPending} />
    </Frame>
  )
}

const titles = { orders: 'title_orders', parties: 'title_parties', products: 'title_products' } as const

function Known({ id }: { id: number }) {
  const say = useSay(text)
  const can = useCan()
  const note = useFileNote()
  const [search] = useSearch()
  const upload = useUpload()
  const { data, error, refetch } = useQuery({
    ...importApi.get.query({ params: { id } }),
    enabled: can('imports:read'),
    // The run tells when it ends; this is for a stream that does not come through and a role that sees no jobs.
    refetchInterval: ({ state }) => (state.data && isMoving(state.data) ? 3000 : false),
  })
  const shown = data && viewOf(data, search['step'] === 'match', upload?.import_id === id)
  const title = data && data.state !== 'uploading' ? say(titles[data.kind]) : say('title')
  const used = data?.columns.filter((target) => target !== null).length
  return (
    <Frame
      at={shown ? stepOf[shown] : 0}
      title={title}
      note={data && data.state !== 'uploading' ? note(data) : undefined}
      columns={data?.detected ? say('columns_n', { n: used, all: data.detected.headers.length }) : undefined}
      error={error && !data ? error : undefined}
      onRetry={refetch}
      fresh
      foot={
        data && shown === 'match' ? (
          <MatchFoot one={data} />
        ) : data && shown === 'preview' ? (
          <PreviewFoot one={data} />
        ) : undefined
      }
    >
      {data && shown && <Body one={data} shown={shown} />}
    </Frame>
  )
}

const isMoving = ({ state }: Import) => state === 'previewing' || state === 'waiting' || state === 'running'

type View = 'drop' | 'match' | 'trying' | 'preview' | 'running' | 'report' | 'broken'
const stepOf: Record<View, number> = {
  drop: 0,
  match: 1,
  trying: 2,
  preview: 2,
  running: 3,
  report: 3,
  broken: 3,
}

function viewOf({ state, preview }: Import, wantsMatch: boolean, sending: boolean): View {
  if (state === 'uploading' || sending) return 'drop'
  if (state === 'done') return 'report'
  if (state === 'waiting' || state === 'running') return 'running'
  if (state === 'previewing') return 'trying'
  if (state === 'uploaded' || wantsMatch) return 'match'
  if (state === 'previewed' && preview) return 'preview'
  return state === 'previewed' ? 'match' : 'broken'
}

function Body({ one, shown }: { one: Import; shown: View }) {
  switch (shown) {
    case 'drop':
      return <Drop into={one} mended={undefined} waiting={false} />
    case 'match':
      return <Match one={one} />
    case 'trying':
    case 'running':
      return <Running one={one} />
    case 'preview':
      return one.preview && <Preview one={one} preview={one.preview} />
    case 'report':
      return one.report && <Report one={one} report={one.report} />
    case 'broken':
      return <Broken one={one} />
  }
}

type FrameProps = {
  at: number
  title: string
  note?: string | undefined
  columns?: string | undefined
  error?: unknown
  onRetry?: () => void
  fresh?: boolean
  foot?: ReactNode
  children: ReactNode
}
function Frame({ at, title, note, columns, error, onRetry, fresh, foot, children }: FrameProps) {
  const say = useSay(text)
  const [, setSearch] = useSearch()
  const can = useCan()
  const steps = [
    { label: say('step_drop') },
    { label: say('step_match'), ...(columns && at > 0 ? { note: columns } : {}) },
    { label: say('step_see') },
    { label: say('step_run') },
  ]
  return (
    <Page
      title={title}
      may="imports:read"
      note={note && <span title={note}>{note}</span>}
      actions={
        fresh && can('imports:write') ? (
          <Button
            className="hm"
            type="text"
            size="small"
            onClick={() => setSearch({ id: undefined, step: undefined, after: undefined }, { push: true })}
          >
            {say('new')}
          </Button>
        ) : fresh ? (
          <Go to="/import" className="lnk s12">
            {say('history')}
          </Go>
        ) : undefined
      }
      head={<Steps items={steps} at={at} />}
      error={error}
      {...(onRetry ? { onRetry } : {})}
      foot={foot}
    >
      {children}
    </Page>
  )
}
