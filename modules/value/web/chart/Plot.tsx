import {
  createContext,
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
  useContext,
  useEffect,
  useRef,
  useState,
} from 'react'
import { type Search, useGo } from '../../../../apps/web/ui/index.ts'
import { stringifySearch } from '../../../../apps/web/ui/state/url.tsx'

type Shown = { text: string; x: number; y: number; below: boolean } | undefined
const Tip = createContext<(shown: { text: string; of: Element } | undefined) => void>(() => undefined)

/** What the page looks at (segment, unit, manager, day): what stands behind a picture is looked at the same way. */
export const Looking = createContext<Search>({})
export const BEHIND = '/value/customers'

type PlotProps = { label: string; height: number; children: (width: number) => ReactNode }

/** A picture at its true width: letters keep their size. Arrows walk its marks, of which one is in the tab order. */
export function Plot({ label, height, children }: PlotProps) {
  const box = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState(0)
  const [shown, setShown] = useState<Shown>()
  useEffect(() => {
    if (!box.current) return
    const seen = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)))
    seen.observe(box.current)
    return () => seen.disconnect()
  }, [])
  useEffect(() => {
    const all = marksIn(box.current)
    if (all.length > 0 && !all.some((mark) => mark.getAttribute('tabindex') === '0'))
      all[0]!.setAttribute('tabindex', '0')
  })
  const tell = (next: { text: string; of: Element } | undefined) => {
    if (!next || !box.current) return setShown(undefined)
    const frame = box.current.getBoundingClientRect()
    const mark = next.of.getBoundingClientRect()
    const middle = mark.left + mark.width / 2 - frame.left
    const below = mark.top - frame.top < 64
    setShown({
      text: next.text,
      x: Math.min(frame.width - 90, Math.max(90, middle)),
      y: (below ? mark.bottom : mark.top) - frame.top,
      below,
    })
  }
  return (
    <Tip value={tell}>
      <div ref={box} className="vplot" style={{ height }}>
        {width > 0 && (
          // biome-ignore lint/a11y/useSemanticElements: a drawing is no fieldset
          <svg width={width} height={height} role="group" aria-label={label} onKeyDown={walk}>
            {children(width)}
          </svg>
        )}
        {shown && (
          <div
            className={shown.below ? 'vtip below' : 'vtip'}
            style={{ left: shown.x, top: shown.y }}
            aria-hidden="true"
          >
            {shown.text}
          </div>
        )}
      </div>
    </Tip>
  )
}

const marksIn = (within: Element | null): SVGElement[] => [
  ...(within?.querySelectorAll<SVGElement>('.vmark') ?? []),
]

const ways: Record<string, [x: number, y: number]> = {
  ArrowRight: [1, 0],
  ArrowLeft: [-1, 0],
  ArrowDown: [0, 1],
  ArrowUp: [0, -1],
}

/** The nearest mark that way; what lies aside counts double. */
function walk(event: KeyboardEvent<SVGSVGElement>): void {
  const way = ways[event.key]
  const from = document.activeElement
  if (!way || !from?.classList.contains('vmark')) return
  event.preventDefault()
  const middle = (one: Element) => {
    const { left, top, width, height } = one.getBoundingClientRect()
    return [left + width / 2, top + height / 2] as const
  }
  const [x0, y0] = middle(from)
  const found = marksIn(event.currentTarget)
    .filter((one) => one !== from)
    .map((one) => {
      const [x, y] = middle(one)
      const ahead = (x - x0) * way[0] + (y - y0) * way[1]
      const aside = Math.abs((x - x0) * way[1]) + Math.abs((y - y0) * way[0])
      return { one, ahead, far: ahead + 2 * aside }
    })
    .filter(({ ahead }) => ahead > 0.5)
    .sort((a, b) => a.far - b.far)[0]
  if (!found) return
  from.setAttribute('tabindex', '-1')
  found.one.setAttribute('tabindex', '0')
  found.one.focus()
}

type MarkProps = {
  /** Said by the tip and to a screen reader: first what it is, then its figures, a line each. */
  tip: string
  /** The slice whose customers stand behind it. */
  to?: Search | undefined
  children: ReactNode
}

/** A part of a picture that says its figures, and leads to the customers behind it. */
export function Mark({ tip, to, children }: MarkProps) {
  const tell = useContext(Tip)
  const looking = useContext(Looking)
  const go = useGo()
  const show = (event: { currentTarget: Element }) => tell({ text: tip, of: event.currentTarget })
  const hide = () => tell(undefined)
  const common = {
    className: 'vmark',
    tabIndex: -1,
    'aria-label': tip.replaceAll('\n', ', '),
    onFocus: show,
    onBlur: hide,
    onMouseEnter: show,
    onMouseLeave: hide,
  }
  if (!to)
    return (
      // biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: one focuses it to hear its figures
      <g {...common} role="img">
        {children}
      </g>
    )
  const search = { ...looking, ...to }
  const open = (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    go(BEHIND, search)
  }
  return (
    <a {...common} href={BEHIND + stringifySearch(search)} onClick={open}>
      {children}
    </a>
  )
}
