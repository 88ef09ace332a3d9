import type { ReactNode } from 'react'
import { Go, useLocale, useText } from '../../../../apps/web/ui/index.ts'
import { formatTime } from '../../../../kernel/text.ts'
import type { CustomFieldShape } from '../../contract.fields.ts'
import { sayValue } from '../../rules.fields.ts'
import { valueText } from './text.ts'
import type { Told } from './typed.ts'

type Of = { field: CustomFieldShape; value: unknown }

/** A value as it is read; null where there is none. */
export function useValue(): (field: CustomFieldShape, value: unknown) => ReactNode {
  const locale = useLocale()
  const say = useText(valueText)
  return (field, value) => {
    if (value === null || value === undefined) return null
    if (field.kind === 'party') {
      const { id, name, withheld } = value as Told
      if (withheld || id === null) return <span className="mut">{say('withheld')}</span>
      return (
        <Go to={`/customers/${id}`} className="lnk">
          {name}
        </Go>
      )
    }
    if (field.kind === 'link') return <LinkOut href={String(value)} />
    if (field.kind === 'date') return formatTime(String(value), locale, 'UTC', { dateStyle: 'medium' })
    return sayValue(field, value, locale)
  }
}

export function Value({ field, value }: Of) {
  return useValue()(field, value)
}

/** Out of the house: a page that one opens knows nothing of where it was opened. */
function LinkOut({ href }: { href: string }) {
  const shown = href.replace(/^(https?:\/\/|mailto:)/i, '').replace(/\/$/, '')
  return (
    <a
      className="lnk"
      href={href}
      target="_blank"
      rel="noopener noreferrer"
      title={href}
      onClick={(event) => event.stopPropagation()}
    >
      {shown}
    </a>
  )
}
