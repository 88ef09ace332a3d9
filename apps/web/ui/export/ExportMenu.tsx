import Button from 'antd/es/button'
import Checkbox from 'antd/es/checkbox'
import Popover from 'antd/es/popover'
import Segmented from 'antd/es/segmented'
import { useState } from 'react'
import { formatNumber, phrase, type Words } from '../../../../kernel/text.ts'
import type { ExportFormat } from '../../../../modules/exports/contract.ts'
import { Progress } from '../parts/figures.tsx'
import { Icon } from '../parts/Icon.tsx'
import { useLocale, useText } from '../state/locale.ts'
import { useNarrow } from '../state/media.ts'
import { useCan } from '../state/session.ts'
import { text } from './text.ts'
import { type AskFile, useExport } from './useExport.ts'
import './export.css'

type ExportProps = {
  ask: AskFile
  /** Every column that there is, by the key that the API takes. */
  headings: Words
  /** Those that stand in the list. */
  shown: readonly string[]
  count?: { n: number; exact: boolean } | undefined
  /** A line of text instead of a button, where there is little room. */
  small?: boolean
}
type Which = 'shown' | 'all' | 'choose'

/** The list as it is filtered now, as a file. Who may not take data away does not see it. */
export function ExportMenu(props: ExportProps) {
  const say = useText(text)
  const can = useCan()
  const narrow = useNarrow()
  const [open, setOpen] = useState(false)
  const { under, start, stop } = useExport(props.ask)
  if (!can('data:export')) return null
  return (
    <Popover
      trigger="click"
      placement="bottomRight"
      arrow={false}
      // A button near the edge of a phone: the panel moves in, it does not stand outside.
      align={{ overflow: { shiftX: true, adjustY: true } }}
      open={open}
      onOpenChange={setOpen}
      destroyOnHidden
      content={
        under ? (
          <div className="xport" role="dialog" aria-label={say('title')}>
            <h3>{say(under.total === null ? 'preparing' : 'writing')}</h3>
            <Progress done={under.done} total={under.total} label={say('writing')} />
            <div className="go">
              <Button onClick={stop}>{say('stop')}</Button>
            </div>
          </div>
        ) : (
          <Choices {...props} onStart={(format, columns) => void start(format, columns)} />
        )
      }
    >
      {props.small ? (
        <button type="button" className="xb" aria-haspopup="dialog">
          {say('export')}
        </button>
      ) : (
        <Button
          icon={<Icon name="export" />}
          loading={under !== null}
          aria-label={say('export')}
          aria-haspopup="dialog"
        >
          {narrow ? null : say('export')}
        </Button>
      )}
    </Popover>
  )
}

type ChoicesProps = ExportProps & {
  onStart: (format: ExportFormat, columns: readonly string[] | null) => void
}

function Choices({ headings, shown, count, onStart }: ChoicesProps) {
  const say = useText(text)
  const locale = useLocale()
  const [format, setFormat] = useState<ExportFormat>('xlsx')
  const [which, setWhich] = useState<Which>('shown')
  const [chosen, setChosen] = useState<readonly string[]>(shown)
  const all = Object.keys(headings)
  const columns = { shown, all: null, choose: all.filter((key) => chosen.includes(key)) }[which]
  const n = count && formatNumber(count.n, locale)
  return (
    <div className="xport" role="dialog" aria-label={say('title')}>
      <h3>{n === undefined ? say('title') : say(count?.exact ? 'title_n' : 'title_about', { n })}</h3>
      <div className="row">
        <span>{say('format')}</span>
        <Segmented
          value={format}
          onChange={setFormat}
          aria-label={say('format')}
          options={(['xlsx', 'csv'] as const).map((value) => ({ value, label: say(value) }))}
        />
      </div>
      <div className="row">
        <span>{say('columns')}</span>
        <Segmented
          value={which}
          onChange={setWhich}
          aria-label={say('columns')}
          options={(['shown', 'all', 'choose'] as const).map((value) => ({ value, label: say(value) }))}
        />
      </div>
      {which === 'choose' && (
        <Checkbox.Group
          className="cols"
          value={[...chosen]}
          onChange={setChosen}
          options={all.map((value) => ({ value, label: phrase(headings[value]!, locale) }))}
        />
      )}
      <p className="mut s12">{say('note')}</p>
      <div className="go">
        <Button type="primary" disabled={columns?.length === 0} onClick={() => onStart(format, columns)}>
          {say('begin')}
        </Button>
      </div>
    </div>
  )
}
