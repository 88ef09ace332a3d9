import Popover from 'antd/es/popover'
import { type KeyboardEvent, useRef } from 'react'
import { Icon } from '../parts/Icon.tsx'
import { useText } from '../state/locale.ts'
import { remember, remembered } from '../state/store.ts'
import { text } from '../text.ts'
import type { Density } from './types.ts'

type ChoiceProps = {
  all: readonly { key: string; title: string; slow?: boolean }[]
  /** in their order */
  shown: readonly string[]
  onChange: (keys: string[]) => void
  density?: Density
  onDensity?: (density: Density) => void
}
const densities = ['compact', 'default', 'touch'] as const

/** Which columns a list shows and in which order; the name always stands first. */
export function ColumnChoice({ all, shown, onChange, density, onDensity }: ChoiceProps) {
  const say = useText(text)
  const box = useRef<HTMLFieldSetElement>(null)
  const known = shown.filter((key) => all.some((one) => one.key === key))
  const listed = [
    ...known.flatMap((key) => all.filter((one) => one.key === key)),
    ...all.filter(({ key }) => !known.includes(key)),
  ]
  const move = (key: string, by: 1 | -1) => {
    const from = known.indexOf(key)
    const to = from + by
    if (from < 0 || to < 0 || to >= known.length) return
    const next = known.filter((one) => one !== key)
    next.splice(to, 0, key)
    onChange(next)
    // The button that was pressed moves with its column: the next press is about the same one.
    requestAnimationFrame(() =>
      box.current?.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"] input`)?.focus(),
    )
  }
  const onKey = (key: string) => (event: KeyboardEvent) => {
    if (!event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return
    event.preventDefault()
    move(key, event.key === 'ArrowUp' ? -1 : 1)
  }
  const list = (
    <fieldset ref={box} className="colpick">
      <legend className="vhide">{say('columns')}</legend>
      <p className="mut s12">{say('columns_hint')}</p>
      {listed.map(({ key, title, slow }) => (
        // biome-ignore lint/a11y/noStaticElementInteractions: the box and the buttons inside share these keys
        <div key={key} data-key={key} className="col" onKeyDown={onKey(key)}>
          <label>
            <input
              type="checkbox"
              checked={known.includes(key)}
              onChange={({ target }) =>
                onChange(target.checked ? [...known, key] : known.filter((one) => one !== key))
              }
            />
            {title}
            {slow && <span className="mut s12">{say('slower')}</span>}
          </label>
          {known.includes(key) && (
            <>
              <button
                type="button"
                className="ib xs"
                aria-label={say('move_up', { name: title })}
                disabled={known[0] === key}
                onClick={() => move(key, -1)}
              >
                <Icon name="down" className="up" />
              </button>
              <button
                type="button"
                className="ib xs"
                aria-label={say('move_down', { name: title })}
                disabled={known.at(-1) === key}
                onClick={() => move(key, 1)}
              >
                <Icon name="down" />
              </button>
            </>
          )}
        </div>
      ))}
      {onDensity && (
        <label className="dens">
          {say('density')}
          <select value={density} onChange={({ target }) => onDensity(target.value as Density)}>
            {densities.map((one) => (
              <option key={one} value={one}>
                {say(`density_${one}`)}
              </option>
            ))}
          </select>
        </label>
      )}
    </fieldset>
  )
  return (
    <Popover
      trigger="click"
      placement="bottomRight"
      arrow={false}
      classNames={{ root: 'choice' }}
      content={list}
    >
      <button type="button" className="btn s hm">
        {say('columns')} ▾
      </button>
    </Popover>
  )
}

/** What a person chose before, on this device. */
export const columnsKept = (name: string, first: readonly string[]): string[] =>
  remembered(`guanxi.columns.${name}`)?.split(',') ?? [...first]
export const keepColumns = (name: string, keys: readonly string[]): void =>
  remember(`guanxi.columns.${name}`, keys.join(','))
