import { useQuery } from '@tanstack/react-query'
import Checkbox from 'antd/es/checkbox'
import { useCan, useLocale, useText } from '../../../../apps/web/ui/index.ts'
import { accessApi } from '../../../access/web/session.ts'
import type { Draft } from './draft.ts'
import { fieldsText } from './text.ts'

type RolesProps = { draft: Draft; set: (part: Partial<Draft>) => void }

/** Role by role; “every role” is also for those to come. The administrator sees and edits every field. */
export function FieldRoles({ draft, set }: RolesProps) {
  const say = useText(fieldsText)
  const can = useCan()
  const locale = useLocale()
  const list = useQuery({ ...accessApi.roles.query(), enabled: can('roles:read'), staleTime: 60_000 })
  const roles = (list.data?.items ?? []).filter(({ code }) => code !== 'administrator')
  const all = roles.map(({ role_id }) => role_id)
  const { sees_role_ids: sees, edits_role_ids: edits } = draft
  const has = (ids: readonly number[] | null, id: number) => ids === null || ids.includes(id)
  const flip = (ids: readonly number[] | null, id: number, on: boolean): number[] =>
    on ? [...new Set([...(ids ?? all), id])] : (ids ?? all).filter((one) => one !== id)
  const see = (id: number, on: boolean) =>
    set({
      sees_role_ids: flip(sees, id, on),
      // Who does not see it cannot edit it.
      ...(on ? {} : { edits_role_ids: flip(edits, id, false) }),
    })
  const edit = (id: number, on: boolean) =>
    set({
      edits_role_ids: flip(edits, id, on),
      ...(on && !has(sees, id) ? { sees_role_ids: flip(sees, id, true) } : {}),
    })
  const box = (checked: boolean, label: string, onChange: (on: boolean) => void) => (
    <Checkbox checked={checked} aria-label={label} onChange={(event) => onChange(event.target.checked)} />
  )
  return (
    <table className="froles">
      <thead>
        <tr>
          <th scope="col">{say('rights')}</th>
          <th scope="col">{say('sees')}</th>
          <th scope="col">{say('edits')}</th>
        </tr>
      </thead>
      <tbody>
        <tr>
          <th scope="row">{say('everybody')}</th>
          <td>
            {box(sees === null, `${say('everybody')}: ${say('sees')}`, (on) =>
              set({ sees_role_ids: on ? null : all }),
            )}
          </td>
          <td>
            {box(edits === null, `${say('everybody')}: ${say('edits')}`, (on) =>
              set({ edits_role_ids: on ? null : all }),
            )}
          </td>
        </tr>
        {roles.map((role) => {
          const name = locale === 'en' ? role.name_en : role.name_zh
          const id = role.role_id
          return (
            <tr key={id}>
              <th scope="row">{name}</th>
              <td>{box(has(sees, id), `${name}: ${say('sees')}`, (on) => see(id, on))}</td>
              <td>
                {box(has(edits, id) && has(sees, id), `${name}: ${say('edits')}`, (on) => edit(id, on))}
              </td>
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}
