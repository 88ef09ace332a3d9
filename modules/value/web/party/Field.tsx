import { useId } from 'react'

type FieldProps = {
  name: string
  label: string
  type?: 'text' | 'number' | 'date'
  value?: string | number | undefined
  hint?: string
  max?: number
  required?: boolean
  wide?: boolean
  list?: readonly string[]
  onChange?: (value: string) => void
}

/** A labelled field of a small form; its form reads it by name. */
export function Field({
  name,
  label,
  type = 'text',
  value,
  hint,
  max,
  required,
  wide,
  list,
  onChange,
}: FieldProps) {
  const id = useId()
  return (
    <label className={wide ? 'wide' : ''}>
      <span>{label}</span>
      <input
        className="inlf"
        name={name}
        type={type}
        defaultValue={value}
        placeholder={hint}
        required={required}
        maxLength={200}
        list={list ? id : undefined}
        {...(type === 'number' ? { min: 0, max, step: 'any' } : {})}
        onChange={onChange && ((event) => onChange(event.target.value))}
      />
      {list && (
        <datalist id={id}>
          {list.map((one) => (
            <option key={one} value={one} />
          ))}
        </datalist>
      )}
    </label>
  )
}

/** Today where the reader is. */
export const today = (): string => new Intl.DateTimeFormat('sv-SE').format(new Date())
