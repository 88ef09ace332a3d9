import Button from 'antd/es/button'
import Popover from 'antd/es/popover'
import { lazy, Suspense, useState } from 'react'
import type { Words } from '../../../../kernel/text.ts'
import { Progress } from '../parts/figures.tsx'
import { Icon } from '../parts/Icon.tsx'
import { useText } from '../state/locale.ts'
import { useNarrow } from '../state/media.ts'
import { useCan } from '../state/session.ts'
import { text } from './text.ts'
import { type AskFile, useExport } from './useExport.ts'
import './export.css'

// A list stands before anybody takes it with them.
const ExportChoices = lazy(() => import('./ExportChoices.tsx'))

export type ExportProps = {
  ask: AskFile
  /** Every column that there is, by the key that the API takes. */
  headings: Words
  /** Those that stand in the list. */
  shown: readonly string[]
  count?: { n: number; exact: boolean } | undefined
  /** A line of text instead of a button, where there is little room. */
  small?: boolean
}

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
          <Suspense>
            <ExportChoices {...props} onStart={(format, columns) => void start(format, columns)} />
          </Suspense>
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
