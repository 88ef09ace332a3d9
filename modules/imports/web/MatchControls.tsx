import { useId, useState } from 'react'
import { Choice, Icon, type Option, useCan } from '../../../apps/web/ui/index.ts'

export const Fixed = ({ label, value }: { label: string; value: string }) => (
  <div className="opt1">
    <span className="l">{label}</span>
    <span className="v cut">{value}</span>
  </div>
)

type PickedProps = {
  label: string
  value: string
  options: readonly Option[]
  onPick: (value: string) => void
}
export function Picked({ label, value, options, onPick }: PickedProps) {
  const can = useCan()
  const shown = options.find((option) => option.value === value)?.label ?? value
  return (
    <div className="opt1">
      <span className="l">{label}</span>
      <Choice label={label} options={options} value={value} onPick={onPick}>
        <button
          type="button"
          className="pick"
          disabled={!can('imports:write')}
          aria-label={`${label}: ${shown.trim()}`}
        >
          <span className="cut">{shown.trim()}</span>
          <Icon name="down" />
        </button>
      </Choice>
    </div>
  )
}

type WrittenProps = {
  label: string
  value: string
  max: number
  empty?: string
  onSave: (value: string) => void
}
/** Saved when one leaves it or presses Enter; Esc takes back what was typed. */
export function Written({ label, value, max, empty, onSave }: WrittenProps) {
  const id = useId()
  const can = useCan()
  const [typed, setTyped] = useState<string>()
  const done = () => {
    if (typed !== undefined && typed.trim() !== value) onSave(typed.trim())
    setTyped(undefined)
  }
  return (
    <div className="opt1">
      <label className="l" htmlFor={id}>
        {label}
      </label>
      <input
        id={id}
        className="wr"
        value={typed ?? value}
        maxLength={max}
        placeholder={empty}
        readOnly={!can('imports:write')}
        onChange={(event) => setTyped(event.target.value)}
        onBlur={done}
        onKeyDown={(event) => {
          if (event.key === 'Enter') done()
          if (event.key === 'Escape') setTyped(undefined)
        }}
      />
    </div>
  )
}
