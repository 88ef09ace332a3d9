import type { ReactNode } from 'react'
import { Icon, type IconName } from './Icon.tsx'

export const Kbd = ({ children }: { children: ReactNode }) => <kbd>{children}</kbd>

/** The surname in Chinese, the first letter elsewhere. */
export function Avatar({ name, small = false }: { name: string; small?: boolean }) {
  const first = Array.from(name.trim())[0] ?? '·'
  return (
    <span className={small ? 'av s' : 'av'} aria-hidden="true">
      {first.toUpperCase()}
    </span>
  )
}

export type Tone = 'plain' | 'brand' | 'ok' | 'warn' | 'seal'
const tones: Record<Tone, string> = {
  plain: 'tag',
  brand: 'tag br',
  ok: 'tag ok',
  warn: 'tag warn',
  seal: 'tag seal',
}
export const Tag = ({ children, tone = 'plain' }: { children: ReactNode; tone?: Tone }) => (
  <span className={tones[tone]}>{children}</span>
)

/** A block with a hairline; `title` and what stands at its right. */
export function Panel(props: {
  title?: ReactNode
  more?: ReactNode
  children: ReactNode
  className?: string
}) {
  return (
    <section className={`panel ${props.className ?? ''}`}>
      {(props.title || props.more) && (
        <div className="ph">
          <h2>{props.title}</h2>
          {props.more && <div className="more">{props.more}</div>}
        </div>
      )}
      {props.children}
    </section>
  )
}

/** A part of a side column, divided by hairlines only. */
export function Section(props: { title: ReactNode; more?: ReactNode; children: ReactNode }) {
  return (
    <section className="sect">
      <h3>
        {props.title}
        {props.more !== undefined && <span className="r">{props.more}</span>}
      </h3>
      {props.children}
    </section>
  )
}

/** Label and value, one a line. An absent value is a dash, never an empty space. */
export function KeyValues({ items }: { items: readonly (readonly [label: string, value: ReactNode])[] }) {
  return (
    <dl className="kv">
      {items.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>
            {value === null || value === undefined || value === '' ? <span className="mut">—</span> : value}
          </dd>
        </div>
      ))}
    </dl>
  )
}

/** A figure in a header: label above, value, its doubt or its context below. */
export const Figure = (props: { label: ReactNode; value: ReactNode; note?: ReactNode }) => (
  <div className="fig">
    <div className="l">{props.label}</div>
    <div className="v">{props.value}</div>
    {props.note !== undefined && <div className="x">{props.note}</div>}
  </div>
)

export type TabItem = { key: string; label: ReactNode; count?: ReactNode }
/** Views of the same thing. The chosen one belongs in the URL, so the page holds it. */
export function Tabs(props: {
  items: readonly TabItem[]
  value: string
  onChange: (key: string) => void
  label: string
}) {
  return (
    <div className="tabs" role="tablist" aria-label={props.label}>
      {props.items.map((item) => (
        <button
          key={item.key}
          type="button"
          role="tab"
          aria-selected={item.key === props.value}
          className={item.key === props.value ? 'on' : ''}
          onClick={() => props.onChange(item.key)}
        >
          {item.label}
          {item.count !== undefined && <span className="n">{item.count}</span>}
        </button>
      ))}
    </div>
  )
}

/** Numbered steps of one page: done, current, to come. */
export function Steps({ items, at }: { items: readonly { label: string; note?: ReactNode }[]; at: number }) {
  return (
    <ol className="steps">
      {items.map((item, i) => (
        <li
          key={item.label}
          className={i < at ? 'done' : i === at ? 'on' : ''}
          aria-current={i === at ? 'step' : undefined}
        >
          <span className="no">{i < at ? <Icon name="check" /> : i + 1}</span>
          <span className="nm">{item.label}</span>
          {item.note !== undefined && <span className="nt">{item.note}</span>}
        </li>
      ))}
    </ol>
  )
}

/** A quiet button that is only a sign; `title` says it in words. */
export function IconButton(props: {
  icon: IconName
  title: string
  onClick: () => void
  className?: string
}) {
  return (
    <button
      type="button"
      className={`ib ${props.className ?? ''}`}
      title={props.title}
      aria-label={props.title}
      onClick={props.onClick}
    >
      <Icon name={props.icon} />
    </button>
  )
}

/** Says how many are chosen and what can be done with them; stands at the foot of a list. */
export function BulkBar(props: {
  label: ReactNode
  children: ReactNode
  onClear: () => void
  clear: string
}) {
  return (
    <div
      className="bulk"
      role="toolbar"
      aria-label={typeof props.label === 'string' ? props.label : undefined}
    >
      <span className="b">{props.label}</span>
      <span className="vr" />
      {props.children}
      <button type="button" className="lnk sp" onClick={props.onClear}>
        {props.clear} <Kbd>Esc</Kbd>
      </button>
    </div>
  )
}
