import { type ReactNode, useState } from 'react'
import { useText } from '../state/locale.ts'
import { text } from '../text.ts'
import { Choice, type Option } from './Choice.tsx'
import { Icon } from './Icon.tsx'

/** A condition that can be said: “归属 是 王敏”, “owner is Wang Min”. */
export type FilterField = { key: string; label: string; verb?: string; options: readonly Option[] }
type FilterProps = {
  fields: readonly FilterField[]
  /** Only what is set; belongs in the URL. */
  value: Readonly<Record<string, string | undefined>>
  onChange: (key: string, value: string | undefined) => void
  /** Before the sentence, e.g. a search box. */
  before?: ReactNode
  /** At the right end. */
  after?: ReactNode
}

/** Filters as a sentence that reads aloud; each underlined part opens its choices. */
export function FilterSentence({ fields, value, onChange, before, after }: FilterProps) {
  const say = useText(text)
  const [opened, setOpened] = useState<string>()
  const usable = fields.filter((field) => field.options.length > 0 || value[field.key] !== undefined)
  const set = usable.filter((field) => value[field.key] !== undefined || field.key === opened)
  const free = usable.filter((field) => !set.includes(field))
  return (
    <div className="filter">
      {before}
      {set.map((field, i) => (
        <span key={field.key} className="cond">
          <span>
            {i > 0 && say('and')}
            {field.label}
          </span>
          <Choice
            label={field.label}
            options={field.options}
            value={value[field.key]}
            onPick={(picked) => onChange(field.key, picked)}
            {...(opened === field.key ? { open: true } : {})}
            onOpenChange={(open) => setOpened(open ? field.key : undefined)}
          >
            <button type="button" className="q">
              <i>{field.verb ?? say('is')}</i>
              {labelOf(field, value[field.key]) ?? <span className="mut">{say('choose')}</span>}
            </button>
          </Choice>
          {value[field.key] !== undefined && (
            <button
              type="button"
              className="ib xs"
              aria-label={say('remove', { name: field.label })}
              title={say('remove', { name: field.label })}
              onClick={() => onChange(field.key, undefined)}
            >
              <Icon name="close" />
            </button>
          )}
        </span>
      ))}
      {free.length > 0 && (
        <Choice
          label={say('condition')}
          options={free.map((field) => ({ value: field.key, label: field.label }))}
          onPick={setOpened}
        >
          <button type="button" className="btn t s">
            <Icon name="plus" />
            {say('condition')}
          </button>
        </Choice>
      )}
      {after && <span className="sp">{after}</span>}
    </div>
  )
}

const labelOf = (field: FilterField, value: string | undefined): string | undefined =>
  value === undefined ? undefined : (field.options.find((option) => option.value === value)?.label ?? value)
