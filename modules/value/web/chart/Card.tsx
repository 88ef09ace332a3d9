import { type ReactNode, useContext, useId, useRef, useState } from 'react'
import { Choice, Icon, useText, useToast } from '../../../../apps/web/ui/index.ts'
import { text } from '../text.ts'
import { Looking } from './Plot.tsx'
import { savePng } from './png.ts'
import { SheetTable } from './SheetTable.tsx'
import { type Sheet, saveCsv } from './sheet.ts'
import { tableDrawing } from './tablePng.ts'

type View = 'picture' | 'table' | 'definition'
type CardProps = {
  /** Names its files. */
  name: string
  /** The finding. */
  title: string
  sub: string
  /** One sentence: what is shown and how it is computed. */
  define: string
  /** Columns of twelve. */
  span: 3 | 4 | 6 | 8 | 9 | 12
  as_of: string
  sheet: Sheet
  /** Instead of the picture: why there is none. */
  none?: ReactNode
  /** Beside the tools, e.g. month, quarter, year. */
  more?: ReactNode
  children: ReactNode
}

/** A picture whose title is its finding; its table, its definition and its files stand beside it. */
export function Card(props: CardProps) {
  const { name, title, sub, define, span, as_of, sheet, none, more, children } = props
  const say = useText(text)
  const toast = useToast()
  const looking = useContext(Looking)
  const [view, setView] = useState<View>('picture')
  const body = useRef<HTMLDivElement>(null)
  const id = useId()
  const tool = (key: 'table' | 'definition') => (
    <button
      type="button"
      className={view === key ? 'on' : ''}
      aria-pressed={view === key}
      onClick={() => setView(view === key ? 'picture' : key)}
    >
      {say(key)}
    </button>
  )
  const file = `guanxi-${name}-${as_of}`
  const png = async () => {
    const drawn = body.current?.querySelector<SVGSVGElement>('svg[role=group]')
    const seen = Object.values(looking).filter(Boolean).length > 0 ? ` · ${say('filtered')}` : ''
    const foot = `${say('figures_of', { day: as_of })}${seen} · Guanxi`
    const svg = drawn ?? tableDrawing(body.current?.querySelector<HTMLElement>('table, ol') ?? undefined)
    if (svg) await savePng(file, svg, { title, sub, foot })
    if (svg !== drawn) svg?.remove()
  }
  const save = (kind: string) => {
    if (kind === 'csv') saveCsv(file, sheet)
    else png().catch((error: unknown) => toast.error(String(error)))
  }
  return (
    <section className={`vcard w${span}`} aria-labelledby={id} data-card={name}>
      <h2 id={id}>{title}</h2>
      <div className="vsub">
        <span className="sub">{sub}</span>
        <span className="r">
          {more}
          {tool('table')}
          {tool('definition')}
          <Choice
            label={say('export')}
            options={[
              { value: 'csv', label: 'CSV', note: say('csv_note') },
              ...(none !== undefined && view !== 'table'
                ? []
                : [{ value: 'png', label: 'PNG', note: say('png_note') }]),
            ]}
            onPick={save}
          >
            <button type="button">{say('export')}</button>
          </Choice>
        </span>
      </div>
      {view === 'definition' && (
        <p className="vdef">
          <Icon name="info" />
          {define}
        </p>
      )}
      <div ref={body} className="vbody">
        {view === 'table' ? (
          <SheetTable sheet={sheet} label={title} />
        ) : none !== undefined ? (
          <p className="vnone">{none}</p>
        ) : (
          children
        )}
      </div>
    </section>
  )
}

/** The card's place before its figures are there. */
export const CardBones = ({ span, height }: { span: CardProps['span']; height: number }) => (
  <section className={`vcard w${span}`} aria-busy="true">
    <b className="bone w50" />
    <div style={{ height }} />
  </section>
)
