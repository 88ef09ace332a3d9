import Button from 'antd/es/button'
import { lazy, Suspense, useState } from 'react'
import { bulkExtras } from '../../../../apps/web/bulk.ts'
import {
  BulkBar,
  Choice,
  ExportMenu,
  Go,
  useCan,
  useKeys,
  useLocale,
  useText,
} from '../../../../apps/web/ui/index.ts'
import { formatNumber, phrase, type Words } from '../../../../kernel/text.ts'
import type { Bulk } from '../../contract.ts'
import { partyApi } from '../partyApi.ts'
import type { Chosen } from './action.ts'
import type { Which } from './Fields.tsx'
import { text } from './text.ts'
import { useBulkRun } from './useBulkRun.ts'
import type { Selecting } from './useSelection.ts'
import './bulk.css'

const BulkDialog = lazy(() => import('./BulkDialog.tsx'))

type BarProps = {
  selecting: Selecting
  count: { n: number; exact: boolean } | undefined
  /** all loaded rows are chosen, and there are more that match */
  loaded: number
  trash: boolean
  /** of the list: its columns and its order go into the file */
  exported: { headings: Words; shown: readonly string[]; query: object }
}

/** At the foot of the list: how many are chosen, and what can be done with them. */
export default function CustomersBulk({ selecting, count, loaded, trash, exported }: BarProps) {
  const say = useText(text)
  const can = useCan()
  const locale = useLocale()
  const [open, setOpen] = useState<Which | string | null>(null)
  const { running, start } = useBulkRun()
  const { chosen, all, except, clear } = selecting
  useKeys(
    [{ keys: 'a', run: () => setOpen('assign') }],
    chosen !== null && can('parties:write') && !trash && open === null,
  )
  if (!chosen) return running ? <Running bulk={running} /> : null
  const about = all && count?.exact === false
  const label = all
    ? `${say(about ? 'all_chosen_about' : 'all_chosen', { n: count?.n ?? chosen.n })}${except > 0 ? say('all_but', { n: except }) : ''}`
    : say('chosen', { n: chosen.n })
  const more = !all && count && chosen.n >= loaded && (count.n > loaded || !count.exact)
  const extra = bulkExtras.find(({ key }) => key === open)
  const offered = bulkExtras.filter(
    ({ may, from, to }) => !trash && can(may) && chosen.ids !== null && chosen.n >= from && chosen.n <= to,
  )
  const menu = [
    { key: 'unit', may: 'parties:write', label: say('do_unit') },
    { key: 'set', may: 'parties:write', label: say('do_set') },
    { key: 'end_role', may: 'parties:write', label: say('do_end_role') },
    { key: 'trash', may: 'parties:delete', label: say('do_trash') },
  ].filter(({ may }) => can(may))
  return (
    <>
      {running && <Running bulk={running} />}
      <BulkBar label={label} onClear={clear} clear={say('clear')}>
        {more && (
          <button type="button" className="lnk" onClick={selecting.chooseAll}>
            {say(count.exact ? 'choose_all' : 'choose_all_about', { n: formatNumber(count.n, locale) })}
          </button>
        )}
        {can('parties:write') && !trash && (
          <>
            <Button size="small" type="primary" onClick={() => setOpen('assign')}>
              {say('assign')}
            </Button>
            <Button size="small" onClick={() => setOpen('tags')}>
              {say('tags')}
            </Button>
          </>
        )}
        {can('parties:delete') && trash && (
          <Button size="small" type="primary" onClick={() => setOpen('restore')}>
            {say('do_restore')}
          </Button>
        )}
        {offered.map(({ key, label }) => (
          <Button key={key} size="small" onClick={() => setOpen(key)}>
            {phrase(label, locale)}
          </Button>
        ))}
        {!trash && (
          <ExportMenu
            small
            headings={exported.headings}
            shown={exported.shown}
            count={{ n: chosen.n, exact: chosen.exact }}
            ask={(asked, signal) =>
              partyApi.exportList({ query: { ...exported.query, ...picked(chosen), ...asked }, signal })
            }
          />
        )}
        {menu.length > 0 && !trash && (
          <Choice
            label={say('more')}
            options={menu.map(({ key, label }) => ({ value: key, label }))}
            onPick={setOpen}
          >
            <Button size="small" aria-haspopup="listbox">
              {say('more')} ▾
            </Button>
          </Choice>
        )}
      </BulkBar>
      {extra && chosen.ids && (
        <extra.Dialog
          ids={chosen.ids}
          onClose={() => setOpen(null)}
          onDone={() => {
            setOpen(null)
            clear()
          }}
        />
      )}
      {open && !extra && (
        <Suspense>
          <BulkDialog
            which={open as Which}
            chosen={chosen}
            onClose={() => setOpen(null)}
            onStarted={(id) => {
              setOpen(null)
              clear()
              start(id)
            }}
          />
        </Suspense>
      )}
    </>
  )
}

const picked = ({ ids, selection }: Chosen): { ids?: string; except?: string } =>
  ids ? { ids: ids.join() } : selection.except ? { except: selection.except.join() } : {}

function Running({ bulk }: { bulk: Bulk }) {
  const say = useText(text)
  const locale = useLocale()
  const { id, done, selected } = bulk
  return (
    <div className="bulk run" role="status">
      <span>{say('running')}</span>
      <span className="bar">
        <b style={{ width: `${selected > 0 ? (100 * done) / selected : 0}%` }} />
      </span>
      <span className="mut">
        {formatNumber(done, locale)} / {formatNumber(selected, locale)}
      </span>
      <button
        type="button"
        className="lnk sp"
        onClick={() => void partyApi.bulkCancel({ params: { bulk_id: id } }).catch(() => undefined)}
      >
        {say('stop')}
      </button>
      <Go to={`/bulk/${id}`} className="lnk">
        {say('watch')}
      </Go>
    </div>
  )
}
