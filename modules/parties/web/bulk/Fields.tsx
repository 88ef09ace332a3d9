import { useQuery } from '@tanstack/react-query'
import Segmented from 'antd/es/segmented'
import Select from 'antd/es/select'
import { useEffect, useState } from 'react'
import { useCan, useText } from '../../../../apps/web/ui/index.ts'
import { accessApi } from '../../../access/web/session.ts'
import type { MarketRole } from '../../contract.ts'
import { useMarketRoles } from '../labels/OwnWords.tsx'
import { partyApi } from '../partyApi.ts'
import { text as listText } from '../text.ts'
import { found, Line, type Part } from './Line.tsx'
import { SetField } from './SetField.tsx'
import { text } from './text.ts'

export type Which = 'assign' | 'tags' | 'unit' | 'set' | 'end_role' | 'trash' | 'restore'
type FieldsProps = Part & { which: Which; several: boolean }

/** What an action needs to know. */
export function Fields({ which, several, onAction }: FieldsProps) {
  const say = useText(text)
  switch (which) {
    case 'assign':
      return <Owner onAction={onAction} />
    case 'unit':
      return <Unit onAction={onAction} />
    case 'tags':
      return <Tags onAction={onAction} />
    case 'end_role':
      return <Role onAction={onAction} />
    case 'set':
      return <SetField several={several} onAction={onAction} />
    default:
      return which === 'trash' ? <p className="s13">{say('trash_note')}</p> : null
  }
}

function Owner({ onAction }: Part) {
  const say = useText(text)
  const owners = useQuery({ ...partyApi.owners.query(), staleTime: 60_000 })
  const options = [
    { value: 0, label: say('nobody') },
    ...(owners.data?.items ?? []).map(({ id, name, unit }) => ({
      value: id,
      label: `${name} · ${unit.name}`,
    })),
  ]
  return (
    <Line label={say('to')}>
      <Select
        {...found}
        autoFocus
        aria-label={say('to')}
        placeholder={say('choose')}
        options={options}
        onChange={(id: number) => onAction({ do: 'assign', owner_id: id || null })}
      />
    </Line>
  )
}

function Unit({ onAction }: Part) {
  const say = useText(text)
  const can = useCan()
  const units = useQuery({ ...accessApi.units.query(), staleTime: 60_000, enabled: can('units:read') })
  return (
    <Line label={say('unit')}>
      <Select
        {...found}
        autoFocus
        aria-label={say('unit')}
        placeholder={say('choose')}
        options={(units.data?.items ?? []).map(({ unit_id, name }) => ({ value: unit_id, label: name }))}
        onChange={(unit_id: number) => onAction({ do: 'unit', unit_id })}
      />
    </Line>
  )
}

function Tags({ onAction }: Part) {
  const say = useText(text)
  const known = useQuery({ ...partyApi.tags.query(), staleTime: 60_000 })
  const [verb, setVerb] = useState<'add_tags' | 'remove_tags'>('add_tags')
  const [tags, setTags] = useState<string[]>([])
  const key = tags.join()
  // biome-ignore lint/correctness/useExhaustiveDependencies: the tags are told by their words
  useEffect(() => onAction(tags.length > 0 ? { do: verb, tags } : null), [verb, key])
  return (
    <>
      <Segmented
        value={verb}
        onChange={setVerb}
        aria-label={say('title_tags')}
        options={[
          { value: 'add_tags', label: say('add') },
          { value: 'remove_tags', label: say('remove') },
        ]}
      />
      <Line label={say('which_tags')}>
        <Select
          autoFocus
          mode="tags"
          maxCount={20}
          style={{ width: '100%' }}
          aria-label={say('which_tags')}
          placeholder={say('tags_hint')}
          tokenSeparators={[',', '，', '、']}
          value={tags}
          onChange={(next: string[]) =>
            setTags([...new Set(next.map((tag) => tag.trim().replace(/\s+/g, ' ')).filter(Boolean))])
          }
          options={(known.data?.items ?? []).map(({ tag }) => ({ value: tag, label: tag }))}
        />
      </Line>
    </>
  )
}

function Role({ onAction }: Part) {
  const say = useText(text)
  const roles = useMarketRoles()
  const word = useText(listText)
  return (
    <>
      <Line label={say('role')}>
        <Select
          {...found}
          autoFocus
          aria-label={say('role')}
          placeholder={say('choose')}
          options={roles.map((value) => ({ value, label: word(value) }))}
          onChange={(role: MarketRole) => onAction({ do: 'end_role', role })}
        />
      </Line>
      <p className="mut s12">{say('end_note')}</p>
    </>
  )
}
