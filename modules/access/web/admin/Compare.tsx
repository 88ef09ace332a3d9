import { Fragment } from 'react'
import { Go, useText } from '../../../../apps/web/ui/index.ts'
import type { RoleView } from '../../contract.ts'
import { maskable } from '../../rules.ts'
import { useGroups, useRoleName } from './grants.ts'
import { rolesText } from './roles.text.ts'

/** Every right of every role on one sheet: the wider the scope, the deeper its ground; the word stands in it. */
export function Compare({ roles }: { roles: readonly RoleView[] }) {
  const say = useText(rolesText)
  const name = useRoleName()
  const groups = useGroups()
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <div className="admatrix" tabIndex={0}>
      <table aria-label={say('compare')}>
        <thead>
          <tr>
            <th scope="col">{say('rights')}</th>
            {roles.map((role) => (
              <th key={role.role_id} scope="col">
                <Go to={`/admin/roles/${role.role_id}`} className="lnk">
                  {name(role)}
                </Go>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {groups.map(({ concept, label, permissions }) => (
            <Fragment key={concept}>
              <tr className="group">
                <th colSpan={roles.length + 1} scope="colgroup">
                  {label}
                </th>
              </tr>
              {permissions.map((permission) => (
                <tr key={permission.code}>
                  <th scope="row">{permission.words}</th>
                  {roles.map((role) => {
                    const scope = role.grants[permission.code]
                    const whole = permission.scopes.length === 1
                    return (
                      <td key={role.role_id} className={scope ? `s-${scope}` : ''}>
                        {scope ? say(whole ? 'yes' : scope) : <span className="mut">—</span>}
                      </td>
                    )
                  })}
                </tr>
              ))}
            </Fragment>
          ))}
          <tr className="group">
            <th colSpan={roles.length + 1} scope="colgroup">
              {say('masks')}
            </th>
          </tr>
          {maskable.map((field) => (
            <tr key={field}>
              <th scope="row">{say(field)}</th>
              {roles.map((role) => (
                <td key={role.role_id}>
                  {role.masks.includes(field) ? '✓' : <span className="mut">—</span>}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
