import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import Checkbox from 'antd/es/checkbox'
import { Panel, problemOf, useCan, useText, useToast } from '../../../../apps/web/ui/index.ts'
import { PASSWORD_MIN } from '../../rules.ts'
import { accessApi, loadSession } from '../session.ts'
import { AdminPage } from './AdminPage.tsx'
import { useRoleName } from './grants.ts'
import { securityText } from './security.text.ts'
import { text } from './text.ts'

export function SecurityPage() {
  const say = useText(securityText)
  return (
    <AdminPage at="security" may="settings:write" note={say('lead')}>
      <div className="adrole">
        <div className="adrights">
          <Required />
          <Panel title={say('passwords')}>
            <ul className="adrules">
              <li>{say('rule_1', { min: PASSWORD_MIN })}</li>
              <li>{say('rule_2')}</li>
              <li>{say('rule_3')}</li>
              <li>{say('rule_4')}</li>
            </ul>
          </Panel>
          <Panel title={say('sessions')}>
            <ul className="adrules">
              <li>{say('session_1')}</li>
              <li>{say('session_2')}</li>
            </ul>
          </Panel>
          <Panel title={say('lost')}>
            <div className="admasks">
              <p className="s13">{say('lost_text')}</p>
              <code className="s12">user reset-two-step --email …</code>
            </div>
          </Panel>
        </div>
      </div>
    </AdminPage>
  )
}

/** Of whom it is asked. A switch acts at once, on the person who turns it too. */
function Required() {
  const say = useText(securityText)
  const own = useText(text)
  const can = useCan()
  const name = useRoleName()
  const toast = useToast()
  const queries = useQueryClient()
  const settings = useQuery({ ...accessApi.settings.query(), enabled: can('settings:read') }).data
  const roles = useQuery({ ...accessApi.roles.query(), enabled: can('roles:read') }).data?.items ?? []
  const done = {
    onSuccess: () => toast.ok(own('saved')),
    onError: (error: Error) => toast.error(problemOf(error)?.detail || own('failed')),
    onSettled: async () => {
      await queries.invalidateQueries({ queryKey: ['access'] })
      await loadSession()
    },
  }
  const all = settings?.second_factor === 'all'
  const setAll = useMutation({
    mutationFn: (on: boolean) => accessApi.patchSettings({ body: { second_factor: on ? 'all' : 'roles' } }),
    ...done,
  })
  const setRole = useMutation({
    mutationFn: ({ id, on }: { id: number; on: boolean }) =>
      accessApi.patchRole({ params: { id }, body: { second_factor: on } }),
    ...done,
  })
  return (
    <Panel title={say('two_step')}>
      <div className="admasks">
        <Checkbox
          checked={setAll.isPending ? setAll.variables : all}
          disabled={!settings || setAll.isPending}
          onChange={({ target }) => setAll.mutate(target.checked)}
        >
          {say('for_all')}
        </Checkbox>
        <p className="mut s12">{say('for_all_note')}</p>
      </div>
      {roles.length > 0 && (
        <div className="admasks">
          <p className="mut s12">{say(all ? 'by_all' : 'for_roles')}</p>
          {roles.map((role) => (
            <Checkbox
              key={role.role_id}
              checked={
                all ||
                (setRole.isPending && setRole.variables.id === role.role_id
                  ? setRole.variables.on
                  : role.second_factor)
              }
              disabled={all || !can('roles:write') || setRole.isPending}
              onChange={({ target }) => setRole.mutate({ id: role.role_id, on: target.checked })}
            >
              {name(role)}
            </Checkbox>
          ))}
        </div>
      )}
    </Panel>
  )
}
