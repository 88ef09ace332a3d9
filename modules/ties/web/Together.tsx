import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { Go, IconButton, Tag, useText } from '../../../apps/web/ui/index.ts'
import { Block, Sure } from '../../../apps/web/ui/inplace/inplace.tsx'
import type { Member, Node } from '../contract.ts'
import { changes, type TiesProps } from './shared.ts'
import { TieForm } from './TieForm.tsx'
import { text } from './text.ts'
import { tieApi } from './tieApi.ts'

/** The whole group, from its top down, with this one marked. */
export function Group({ party, may }: TiesProps) {
  const say = useText(text)
  const [adding, setAdding] = useState(false)
  const { data } = useQuery(tieApi.group.query({ params: { id: party.id } }))
  const items = data?.items ?? []
  if (!may && items.length === 0) return null
  const mine = (node: Node) => node.id === party.id || node.parent_id === party.id
  return (
    <Block
      title={say('group')}
      count={items.length}
      add={may && say('add_parent')}
      onAdd={() => setAdding(true)}
    >
      <ul className="dlist">
        {items.map((node) => (
          <One key={node.id} at={party.id} one={node} may={may && mine(node)} indent={node.depth}>
            {null}
          </One>
        ))}
      </ul>
      {data && !data.whole && <p className="mut s12">{say('more_group')}</p>}
      {adding && <TieForm kind="subsidiary_of" party={party} close={() => setAdding(false)} />}
    </Block>
  )
}

export function Household({ party, may }: TiesProps) {
  const say = useText(text)
  const [adding, setAdding] = useState(false)
  const { data } = useQuery(tieApi.household.query({ params: { id: party.id } }))
  const items = data?.items ?? []
  if (!may && items.length === 0) return null
  const head = items[0]?.id
  const word = (one: Member) =>
    one.tie_id === null
      ? say('head')
      : one.title || (one.relation ? say(one.relation === 'parent' ? 'relation.parent' : one.relation) : '')
  // Who is a member adds nobody to the household: its head does.
  const mayAdd = may && (head === undefined || head === party.id)
  return (
    <Block
      title={say('household')}
      count={items.length}
      add={mayAdd && say('add_member')}
      onAdd={() => setAdding(true)}
    >
      <ul className="dlist">
        {items.map((one) => (
          <One
            key={one.id}
            at={party.id}
            one={one}
            may={may && (head === party.id || one.id === party.id)}
            indent={0}
          >
            <span className="mut s12 nw">{word(one)}</span>
          </One>
        ))}
      </ul>
      {adding && (
        <TieForm
          kind="household"
          party={party}
          {...(head === party.id ? { side: 'to' as const } : {})}
          close={() => setAdding(false)}
        />
      )}
    </Block>
  )
}

type OneProps = {
  at: number
  one: { id: number; name: string; tie_id: number | null }
  may: boolean
  indent: number
  children: ReactNode
}
function One({ at, one, may, indent, children }: OneProps) {
  const say = useText(text)
  const [asking, setAsking] = useState(false)
  const { tie_id } = one
  return (
    <li>
      <div className="row" style={{ paddingInlineStart: Math.min(indent, 6) * 14 }}>
        {one.id === at ? (
          <>
            <span className="b cut">{one.name}</span>
            <Tag>{say('here')}</Tag>
          </>
        ) : (
          <Go to={`/customers/${one.id}`} className="lnk cut">
            {one.name}
          </Go>
        )}
        {children}
        <span className="sp" />
        {may && tie_id !== null && (
          <IconButton
            icon="close"
            className="xs"
            title={`${say('leaves')}: ${one.name}`}
            onClick={() => setAsking(true)}
          />
        )}
      </div>
      {asking && tie_id !== null && (
        <Sure
          ask={say('sure_leave', { name: one.name })}
          yes={say('leaves')}
          act={() => tieApi.remove({ params: { id: at, tie_id } })}
          changes={changes}
          close={() => setAsking(false)}
        />
      )}
    </li>
  )
}
