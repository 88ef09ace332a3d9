import Popover from 'antd/es/popover'
import { Fragment, lazy, type ReactNode, Suspense, useEffect, useState } from 'react'
import { Choice } from '../parts/Choice.tsx'
import { Icon } from '../parts/Icon.tsx'
import { useLocale, useText } from '../state/locale.ts'
import { freshOf } from './fresh.ts'
import {
  at,
  beside,
  type Condition,
  depthOf,
  type Group,
  type Item,
  isGroup,
  NOTHING,
  type Path,
  put,
} from './model.ts'
import { said, type TreeField } from './phrase.ts'
import { text } from './text.ts'

type BuilderProps = {
  fields: readonly TreeField[]
  value: Group
  onChange: (group: Group) => void
  before?: ReactNode
  after?: ReactNode
}
/** What stands open: a condition of the filter, or one that is not in it yet. */
type Open = { path: Path; fresh?: Condition; base?: Group }
const DEEPEST = 4
// Fetched once the list stands, so that it is there when a condition is first opened.
const editor = () => import('./Editor.tsx')
const Editor = lazy(async () => ({ default: (await editor()).Editor }))
const keyOf = (path: Path) => path.join('.')

/** A filter that reads as a sentence; every part of it opens, by mouse or keyboard. */
export function FilterBuilder({ fields, value, onChange, before, after }: BuilderProps) {
  const say = useText(text)
  const [open, setOpen] = useState<Open>()
  useEffect(() => {
    void editor().catch(() => undefined)
  }, [])
  const base = open?.base ?? value
  const shown = open?.fresh ? put(base, open.path, open.fresh) : value
  const take = (next: Group) => {
    setOpen(undefined)
    onChange(next)
  }
  const add = (path: Path, key: string) => {
    const field = fields.find((one) => one.key === key)
    if (field) setOpen({ path, fresh: freshOf(field) })
  }
  const or = (path: Path, condition: Condition) => {
    const held = put(base, path, condition)
    const next = beside(held, path, 'any')
    const field = fields.find((one) => one.key === condition.field)
    onChange(held)
    if (field) setOpen({ path: next.path, fresh: freshOf(field), base: next.group })
  }
  const tools: Tools = { fields, open, setOpen, base, take, add, or }
  return (
    <div className="filter tree">
      {before}
      {shown.items.length > 0 && <span className="mut">{say('whose')}</span>}
      {shown.not && <NotWord group={shown} path={[]} tools={tools} />}
      {shown.not && <span className="par">(</span>}
      <Items group={shown} path={[]} tools={tools} />
      {shown.not && <span className="par">)</span>}
      <AddCondition fields={fields} onPick={(key) => add([value.items.length], key)}>
        <button type="button" className="btn t s">
          <Icon name="plus" />
          {say('condition')}
        </button>
      </AddCondition>
      {value.items.length > 0 && (
        <button type="button" className="btn t s" onClick={() => take(NOTHING)}>
          {say('clear')}
        </button>
      )}
      {after && <span className="sp">{after}</span>}
    </div>
  )
}

type Tools = {
  fields: readonly TreeField[]
  open: Open | undefined
  setOpen: (open: Open | undefined) => void
  base: Group
  take: (next: Group) => void
  add: (path: Path, key: string) => void
  or: (path: Path, condition: Condition) => void
}
type PartProps<I extends Item> = { path: Path; tools: Tools } & (I extends Group
  ? { group: Group }
  : { condition: Condition })

function Items({ group, path, tools }: PartProps<Group>) {
  return group.items.map((item, i) => {
    const here = [...path, i]
    return (
      <Fragment key={keyOf(here)}>
        {i > 0 && <JoinWord group={group} path={path} tools={tools} />}
        {isGroup(item) ? (
          <Nested group={item} path={here} tools={tools} />
        ) : (
          <Chip condition={item} path={here} tools={tools} />
        )}
      </Fragment>
    )
  })
}

/** And, or: a press turns the whole group round. */
function JoinWord({ group, path, tools: { base, take } }: PartProps<Group>) {
  const say = useText(text)
  const next = group.join === 'all' ? 'any' : 'all'
  const title = say(next === 'any' ? 'switch_or' : 'switch_and')
  const turn = () => {
    const now = at(base, path)
    if (now && isGroup(now))
      take(path.length === 0 ? { ...now, join: next } : put(base, path, { ...now, join: next }))
  }
  return (
    <button type="button" className="join" title={title} onClick={turn}>
      {say(group.join === 'all' ? 'and' : 'or')}
      <span className="vhide">{title}</span>
    </button>
  )
}

function NotWord({ group, path, tools: { base, take } }: PartProps<Group>) {
  const say = useText(text)
  const turn = () => {
    const now = at(base, path)
    if (now && isGroup(now))
      take(path.length === 0 ? { ...now, not: !now.not } : put(base, path, { ...now, not: !now.not }))
  }
  const title = say(group.not ? 'affirm' : 'negate')
  return (
    <button type="button" className={group.not ? 'join' : 'join s12'} title={title} onClick={turn}>
      {group.not ? say('not') : say('negate')}
      <span className="vhide">{group.not ? title : say('group')}</span>
    </button>
  )
}

function Nested({ group, path, tools }: PartProps<Group>) {
  const say = useText(text)
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot stand within a line of text
    <span className="fgroup" role="group" aria-label={say('group')}>
      {group.not && <NotWord group={group} path={path} tools={tools} />}
      <span className="par">(</span>
      <Items group={group} path={path} tools={tools} />
      {depthOf(group) + path.length <= DEEPEST && (
        <AddCondition fields={tools.fields} onPick={(key) => tools.add([...path, group.items.length], key)}>
          <button type="button" className="ib xs" aria-label={say('add_here')} title={say('add_here')}>
            <Icon name="plus" />
          </button>
        </AddCondition>
      )}
      {!group.not && <NotWord group={group} path={path} tools={tools} />}
      <span className="par">)</span>
    </span>
  )
}

function Chip({ condition, path, tools }: PartProps<Condition>) {
  const say = useText(text)
  const locale = useLocale()
  const { open, setOpen, base, take, or } = tools
  const field = tools.fields.find((one) => one.key === condition.field)
  const label = field?.label ?? condition.field
  const remove = () => take(put(base, path, null))
  const cross = (
    <button
      type="button"
      className="ib xs"
      aria-label={say('remove', { name: label })}
      title={say('remove', { name: label })}
      onClick={remove}
    >
      <Icon name="close" />
    </button>
  )
  if (!field)
    return (
      <span className="cond bad" title={say('unknown_field')}>
        <span>{label}</span>
        <span className="q">{say('unknown_field')}</span>
        {cross}
      </span>
    )
  const isOpen = open !== undefined && keyOf(open.path) === keyOf(path)
  const { verb, object } = said(condition, field, locale)
  return (
    <span className="cond">
      <span>{label}</span>
      <Popover
        open={isOpen}
        onOpenChange={(next) => setOpen(next ? { path } : undefined)}
        trigger="click"
        placement="bottomLeft"
        arrow={false}
        destroyOnHidden
        classNames={{ root: 'choice' }}
        content={
          <Suspense fallback={<div className="fwait" />}>
            <Editor
              field={field}
              condition={condition}
              onDone={(next) => take(put(base, path, next))}
              onCancel={() => setOpen(undefined)}
              onRemove={open?.fresh ? () => setOpen(undefined) : remove}
              onOr={(next) => or(path, next)}
              onNot={(next) => take(put(base, path, { join: 'all', not: true, items: [next] }))}
            />
          </Suspense>
        }
      >
        <button type="button" className="q" aria-expanded={isOpen}>
          {verb && <i>{verb}</i>}
          {object || (condition.op.endsWith('empty') ? '' : <span className="mut">{say('choose')}</span>)}
        </button>
      </Popover>
      {!open?.fresh && cross}
    </span>
  )
}

type AddProps = { fields: readonly TreeField[]; onPick: (key: string) => void; children: ReactNode }
function AddCondition({ fields, onPick, children }: AddProps) {
  const say = useText(text)
  return (
    <Choice
      label={say('condition')}
      options={fields.map(({ key, label }) => ({ value: key, label }))}
      onPick={onPick}
    >
      {children}
    </Choice>
  )
}
