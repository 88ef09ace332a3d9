import Button from 'antd/es/button'
import { useText } from '../index.ts'
import { text } from './inplace.text.ts'
import './inplace.css'

/** What a form changes: its version, and its values as the form's fields hold them. */
export type Known = { version: number; values: Readonly<Record<string, string>> }
export type SideRow = { label: string; mine: string; theirs: string }

type Input = HTMLInputElement | HTMLSelectElement
const fieldsOf = (form: HTMLFormElement | null, names: readonly string[]): [string, Input][] =>
  names.flatMap((name): [string, Input][] => {
    const field = form?.elements.namedItem(name)
    return field instanceof HTMLInputElement || field instanceof HTMLSelectElement ? [[name, field]] : []
  })
const isTick = (field: Input): field is HTMLInputElement => field.type === 'checkbox'
const heldBy = (field: Input): string => (isTick(field) ? (field.checked ? 'on' : '') : field.value.trim())

/** What one has not touched becomes what another made of it: then only what both wrote is left to choose. */
export function takeOver(form: HTMLFormElement | null, base: Known['values'], now: Known['values']): void {
  for (const [name, field] of fieldsOf(form, Object.keys(now))) {
    const value = now[name] ?? ''
    if (value === base[name] || heldBy(field) !== base[name]) continue
    if (isTick(field)) field.checked = value === 'on'
    else field.value = value
  }
}

/** By the form itself: what its fields are called, and what is chosen in them is called. */
export function differing(
  form: HTMLFormElement | null,
  base: Known['values'],
  now: Known['values'],
): SideRow[] {
  const changed = Object.keys(now).filter((name) => now[name] !== base[name])
  return fieldsOf(form, changed).flatMap(([name, field]) => {
    const theirs = now[name] ?? ''
    const mine = heldBy(field)
    if (mine === theirs) return []
    const label = field.labels?.[0]
    const called = (label?.querySelector('span') ?? label)?.textContent?.trim() || name
    const told = (one: string) =>
      isTick(field)
        ? one === 'on'
          ? '✓'
          : '—'
        : field instanceof HTMLSelectElement
          ? ([...field.options].find((option) => option.value === one)?.text ?? one)
          : one
    return [{ label: called, mine: told(mine), theirs: told(theirs) }]
  })
}

/** What stands in a form, field by field, as text. */
export function writtenIn(form: HTMLFormElement | null): string {
  const names = new Set([...(form?.elements ?? [])].map((one) => one.getAttribute('name') ?? ''))
  return fieldsOf(form, [...names])
    .flatMap(([, field]) => {
      const label = field.labels?.[0]
      const held = isTick(field)
        ? field.checked && '✓'
        : field instanceof HTMLSelectElement
          ? field.selectedOptions[0]?.text
          : heldBy(field)
      return held ? [`${(label?.querySelector('span') ?? label)?.textContent?.trim()}: ${held}`] : []
    })
    .join('\n')
}

type SidesProps = {
  rows: readonly SideRow[]
  /** who changed it, where that is told */
  by?: string | undefined
  busy?: boolean
  onMine: () => void
  onTheirs: () => void
  onEdit: () => void
  onBoth?: () => void
}
/** What one wrote and what another made of it meanwhile, beside each other; nothing is saved until one chooses. */
export function Sides({ rows, by, busy = false, onMine, onTheirs, onEdit, onBoth }: SidesProps) {
  const say = useText(text)
  const cell = (value: string) => value || <span className="mut">{say('nothing')}</span>
  return (
    <div className="clash dclash wide" role="alert">
      <p>{by ? say('clash_by', { name: by }) : say('clash')}</p>
      <table>
        <thead>
          <tr>
            <td />
            <th scope="col">{say('yours')}</th>
            <th scope="col">{say('theirs')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ label, mine, theirs }) => (
            <tr key={label}>
              <th scope="row">{label}</th>
              <td>{cell(mine)}</td>
              <td>{cell(theirs)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <div className="row">
        <Button size="small" type="primary" disabled={busy} onClick={onMine}>
          {say('use_mine')}
        </Button>
        <Button size="small" disabled={busy} onClick={onTheirs}>
          {say('use_theirs')}
        </Button>
        <button type="button" className="lnk s12" onClick={onEdit}>
          {say('keep_editing')}
        </button>
        {onBoth && (
          <button type="button" className="lnk s12" onClick={onBoth}>
            {say('keep_both')}
          </button>
        )}
      </div>
    </div>
  )
}
