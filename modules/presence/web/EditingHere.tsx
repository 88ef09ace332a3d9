import { Icon, useText } from '../../../apps/web/ui/index.ts'
import { useOthers } from './here.ts'
import { text } from './text.ts'
import './presence.css'

/** Beside a field: somebody else is writing in it. `field` may end in `*`. */
export function EditingHere({ id, field }: { id: number; field: string }) {
  const say = useText(text)
  const meant = (one: string | null) =>
    field.endsWith('*') ? one?.startsWith(field.slice(0, -1)) === true : one === field
  const people = useOthers(id).filter((who) => meant(who.field))
  if (people.length === 0) return null
  return (
    <span className="edhere">
      <Icon name="pencil" />
      {people.map(({ name }) => say('editing', { name })).join(' ')}
    </span>
  )
}
