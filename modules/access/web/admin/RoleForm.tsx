import Checkbox from 'antd/es/checkbox'
import Input from 'antd/es/input'
import { Panel, Tag, useText } from '../../../../apps/web/ui/index.ts'
import { maskable } from '../../rules.ts'
import { type Permission, useGroups } from './grants.ts'
import type { Draft } from './RolePage.tsx'
import { rolesText } from './roles.text.ts'

type FormProps = { draft: Draft; onChange: (draft: Draft) => void }

export function RoleNames({ draft, onChange, fresh = false }: FormProps & { fresh?: boolean }) {
  const say = useText(rolesText)
  const line = (field: 'name_zh' | 'name_en' | 'code', note?: string) => (
    <div>
      <label htmlFor={`role-${field}`}>{say(field)}</label>
      <Input
        id={`role-${field}`}
        value={draft[field]}
        maxLength={field === 'code' ? 40 : 200}
        autoComplete="off"
        onChange={(event) => onChange({ ...draft, [field]: event.target.value })}
      />
      {note && <p className="mut s12">{note}</p>}
    </div>
  )
  const bad = draft.code !== '' && !/^[a-z][a-z0-9_]{1,39}$/.test(draft.code)
  return (
    <div className="adnames">
      {line('name_zh')}
      {line('name_en')}
      {fresh && line('code', say(bad ? 'bad_code' : 'code_note'))}
    </div>
  )
}

type RightsProps = { draft: Draft; before: Draft; onChange?: (draft: Draft) => void }

/** Grouped by what they are about; each right a line of words and its scope. Without `onChange` it is only shown. */
export function RoleRights({ draft, before, onChange }: RightsProps) {
  const say = useText(rolesText)
  const groups = useGroups()
  const set = (code: string, scope: Permission['scopes'][number] | undefined) => {
    const { [code]: _gone, ...rest } = draft.grants
    onChange?.({ ...draft, grants: scope ? { ...rest, [code]: scope } : rest })
  }
  return (
    <>
      <p className="mut s12">{say('scope_note')}</p>
      <div className="adrights">
        {groups.map(({ concept, label, permissions }) => (
          <Panel key={concept} title={label}>
            <ul>
              {permissions.map((permission) => (
                <li key={permission.code}>
                  <span>
                    {permission.words}{' '}
                    {draft.grants[permission.code] !== before.grants[permission.code] && (
                      <Tag tone="warn">{say('changed')}</Tag>
                    )}
                  </span>
                  <Scopes
                    permission={permission}
                    value={draft.grants[permission.code]}
                    {...(onChange
                      ? {
                          onPick: (scope: Permission['scopes'][number] | undefined) =>
                            set(permission.code, scope),
                        }
                      : {})}
                  />
                </li>
              ))}
            </ul>
          </Panel>
        ))}
        <Panel title={say('masks')}>
          <div className="admasks">
            {maskable.map((field) => (
              <Checkbox
                key={field}
                checked={draft.masks.includes(field)}
                disabled={!onChange}
                onChange={({ target }) =>
                  onChange?.({
                    ...draft,
                    masks: target.checked
                      ? [...draft.masks, field]
                      : draft.masks.filter((one) => one !== field),
                  })
                }
              >
                {say(field)}
              </Checkbox>
            ))}
            <p className="mut s12">{say('masks_note')}</p>
          </div>
        </Panel>
      </div>
    </>
  )
}

type ScopesProps = {
  permission: Permission
  value: Permission['scopes'][number] | undefined
  onPick?: (scope: Permission['scopes'][number] | undefined) => void
}
function Scopes({ permission, value, onPick }: ScopesProps) {
  const say = useText(rolesText)
  const whole = permission.scopes.length === 1
  const word = (scope: Permission['scopes'][number] | undefined) =>
    scope === undefined ? say('none') : whole ? say('yes') : say(scope)
  if (!onPick) return <span className={value ? 'b' : 'mut'}>{word(value)}</span>
  return (
    // biome-ignore lint/a11y/useSemanticElements: buttons in a row, not a form's fieldset
    <span className="seg" role="group" aria-label={permission.words}>
      {[undefined, ...permission.scopes].map((scope) => (
        <button
          key={scope ?? 'none'}
          type="button"
          aria-pressed={scope === value}
          className={scope === value ? 'on' : ''}
          onClick={() => onPick(scope)}
        >
          {word(scope)}
        </button>
      ))}
    </span>
  )
}
