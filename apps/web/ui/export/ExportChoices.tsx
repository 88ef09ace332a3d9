import Button from 'antd/es/button'
import Checkbox from 'antd/es/checkbox'
import Segmented from 'antd/es/segmented'
import { useState } from 'react'
import { formatNumber, phrase } from '../../../../kernel/text.ts'
import type { ExportFormat } from '../../../../modules/exports/contract.ts'
import { useLocale, useText } from '../state/locale.ts'
import type { ExportProps } from './ExportMenu.tsx'
import { text } from './text.ts'

type Which = 'shown' | 'all' | 'choose'

type ChoicesProps = ExportProps & {
  onStart: (format: ExportFormat, columns: readonly string[] | null) => void
}

/** As what, and which columns: then it begins. */
export default function ExportChoices({ headings, shown, count, onStart }: ChoicesProps) {
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
