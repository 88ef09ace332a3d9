import { useQuery } from '@tanstack/react-query'
import Button from 'antd/es/button'
import Modal from 'antd/es/modal'
import { Fault, Go, type PlainColumn, PlainTable, useNarrow, When } from '../../../../apps/web/ui/index.ts'
import { urlOf } from '../../../../kernel/client.ts'
import { useSay } from '../../../orders/web/say.ts'
import { type Import, imports } from '../../contract.ts'
import type { LeftRow, UndoPlan } from '../../contract.undo.ts'
import { importApi } from '../importApi.ts'
import { type Part, useCounted } from './counted.ts'
import { text } from './text.ts'

type Direction = 'undo' | 'redo'
type Props = { one: Import; direction: Direction; busy: boolean; onDo: () => void; onClose: () => void }

/** What would happen, and what stays because somebody touched it since; then it is done. */
export function UndoDialog({ one, direction, busy, onDo, onClose }: Props) {
  const say = useSay(text)
  const plan = useQuery({
    ...importApi.undoPlan.query({ params: { id: one.id }, query: { direction } }),
    staleTime: 0,
    gcTime: 0,
    retry: false,
  })
  const { data } = plan
  return (
    <Modal
      open
      width={640}
      title={say(`title_${direction}`)}
      onCancel={busy ? undefined : onClose}
      footer={
        <>
          <Button onClick={onClose} disabled={busy}>
            {say(direction === 'undo' ? 'cancel' : 'cancel_redo')}
          </Button>
          <Button
            type="primary"
            danger={direction === 'undo'}
            loading={busy}
            disabled={!data?.possible}
            onClick={onDo}
            data-testid="undo-do"
          >
            {say(`do_${direction}`)}
          </Button>
        </>
      }
    >
      {plan.error ? (
        <Fault error={plan.error} onRetry={plan.refetch} />
      ) : data ? (
        <Plan one={one} plan={data} />
      ) : (
        <p className="mut s13" aria-live="polite">
          {say('looking')}…
        </p>
      )}
    </Modal>
  )
}

const parts = ['removed', 'created', 'changed', 'left'] as const
const titles = {
  removed: 'will_remove',
  created: 'will_create',
  changed: 'will_change',
  left: 'will_leave',
} as const satisfies Record<Part, string>

function Plan({ one, plan }: { one: Import; plan: UndoPlan }) {
  const say = useSay(text)
  const counted = useCounted()
  return (
    <div className="uplan">
      {plan.why_not && <p className="said">{plan.why_not.message}</p>}
      <dl>
        {parts.map((part) => {
          const what = counted(plan, part)
          return (
            what && (
              <div key={part} data-undo={part}>
                <dt>{say(titles[part])}</dt>
                <dd>{what}</dd>
              </div>
            )
          )
        })}
      </dl>
      {plan.left_total > 0 && <Left one={one} plan={plan} />}
      {plan.possible && plan.direction === 'undo' && <p className="mut s12">{say('can_redo')}</p>}
    </div>
  )
}

function Left({ one, plan }: { one: Import; plan: UndoPlan }) {
  const say = useSay(text)
  const narrow = useNarrow()
  const columns = useColumns()
  const { left, left_total, left_withheld, direction } = plan
  return (
    <section>
      <div className="row wrap uleft">
        <h3>{say('touched', { n: left_total })}</h3>
        <span className="mut s12">
          {left_withheld > 0
            ? say('withheld', { n: left_withheld })
            : left_total > left.length
              ? say('shown', { n: left.length })
              : ''}
        </span>
        <span className="sp" />
        {left.length > 0 && (
          <a
            className="lnk s12"
            href={urlOf(imports.undoLeft, { params: { id: one.id }, query: { direction } })}
            download
          >
            {say('download')}
          </a>
        )}
      </div>
      {left.length > 0 && (
        <div className="uscroll">
          <PlainTable
            label={say('touched', { n: left_total })}
            columns={columns.filter(({ key }) => !narrow || key === 'what' || key === 'why')}
            rows={left}
            keyOf={(row) => row.id}
            compact
          />
        </div>
      )}
    </section>
  )
}

function useColumns(): readonly PlainColumn<LeftRow>[] {
  const say = useSay(text)
  return [
    {
      key: 'what',
      title: say('what'),
      cell: (row) => (
        <span title={`${row.key ?? ''} ${row.name}`.trim()}>
          <span className="mut">{say(row.subject)} </span>
          {row.party_id === null ? (
            (row.key ?? row.name)
          ) : (
            <Go to={`/customers/${row.party_id}`} className="lnk">
              {row.key ?? row.name}
            </Go>
          )}
        </span>
      ),
    },
    {
      key: 'why',
      title: say('why'),
      width: 170,
      cell: (row) => <span title={row.message}>{row.message}</span>,
    },
    {
      key: 'who',
      title: say('who'),
      width: 130,
      cell: (row) =>
        row.import ? (
          <Go
            to="/import"
            search={{ id: String(row.import.id) }}
            className="lnk"
            title={row.import.file_name}
          >
            {row.import.file_name}
          </Go>
        ) : (
          (row.who ?? <span className="mut">—</span>)
        ),
    },
    { key: 'when', title: say('when'), width: 110, cell: (row) => <When at={row.at} time /> },
  ]
}
