import type { ReactNode } from 'react'
import { Go, useLocale, useText } from '../../../../apps/web/ui/index.ts'
import { formatTime } from '../../../../kernel/text.ts'
import type { CustomFieldShape } from '../../contract.fields.ts'
import { sayValue } from '../../rules.fields.ts'
import { valueText } from './text.ts'
import type { Told } from './typed.ts'

type Of = {
  field: CustomFieldShape
  value: unknown
  /** Words alone: where it stands in a button, a link cannot. */
  plain?: boolean
}

/** A value as it is read; null where there is none. */
export function useValue(plain = false): (field: CustomFieldShape, value: unknown) => ReactNode {
  const locale = useLocale()
  const say = useText(valueText)
  return (field, value) => {
    if (value === null || value === undefined) return null
    if (field.kind === 'party') {
      const { id, name, withheld } = value as Told
      if (withheld || id === null) return <span className="mut">{say('withheld')}</span>
      if (plain) return name
      return (
        <Go to={`/customers/${id}`} className="lnk">
          {name}
        </Go>
      )
    }
    if (field.kind === 'link') return plain ? shortOf(String(value)) : <LinkOut href={String(value)} />
    if (field.kind === 'date') return formatTime(String(value), locale, 'UTC', { dateStyle: 'medium' })
    return sayValue(field, value, locale)
  }
}

export function Value({ field, value, plain = false }: Of) {
  return useValue(plain)(field, value)
}

/** Beside a value that is edited in its place: where it leads. */
export function Leads({ field, value }: Of) {
  const say = useText(valueText)
  if (value === undefined) return null
  if (field.kind === 'link')
    return (
      <a className="lnk fopen" href={String(value)} target="_blank" rel="noopener noreferrer">
        {say('open')}
      </a>
    )
  const { id } = value as Told
  if (field.kind !== 'party' || id === null) return null
  return (
    <Go to={`/customers/${id}`} className="lnk fopen">
      {say('open')}
    </Go>
  )
}

const shortOf = (href: string) => href.replace(/^(https?:\/\/|mailto:)/i, '').replace(/\/$/, '')

/** Out of the house: a page that one opens knows nothing of where it was opened. */
function LinkOut({ href }: { href: string }) {
  return (
    <a
      className="lnk fopen"
      href={href}
      target="_blank"
      rel="noopener noreferrer"
      title={href}
      onClick={(event) => event.stopPropagation()}
    >
      {shortOf(href)}
    </a>
  )
}
