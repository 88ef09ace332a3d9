import { useQuery } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { Icon, useText } from '../../../apps/web/ui/index.ts'
import { EditingHere } from '../../presence/web/EditingHere.tsx'
import { useEditing } from '../../presence/web/here.ts'
import type { Party } from '../contract.ts'
import { text } from './party.text.ts'
import { partyApi } from './partyApi.ts'
import { usePartyWrite, useWhy } from './usePartyWrite.ts'

export function PartyTags({ party, may }: { party: Party; may: boolean }) {
  const say = useText(text)
  const id = useId()
  const { typed, problem, type, set } = useTags(party)
  useEditing(party.id, 'tags', typed !== '')
  const known = useQuery({ ...partyApi.tags.query(), staleTime: 60_000, enabled: may })
  return (
    <section className="blk" aria-label={say('tags')}>
      <h2>{say('tags')}</h2>
      <div className="ptags">
        {party.tags.map((tag) => (
          <span key={tag} className="tag">
            {tag}
            {may && (
              <button
                type="button"
                aria-label={say('remove_tag', { name: tag })}
                title={say('remove_tag', { name: tag })}
                onClick={() => set(party.tags.filter((one) => one !== tag))}
              >
                <Icon name="close" />
              </button>
            )}
          </span>
        ))}
        {may ? (
          <>
            <input
              className="addtag"
              list={id}
              value={typed}
              maxLength={60}
              placeholder={say('add_tag')}
              aria-label={say('add_tag')}
              onChange={(event) => type(event.target.value)}
              onKeyDown={(event) => {
                if (event.nativeEvent.isComposing) return
                if (event.key === 'Escape') type('')
                else if (event.key === 'Enter' || event.key === ',' || event.key === '，') {
                  const tag = clean(typed)
                  if (tag && !party.tags.includes(tag)) set([...party.tags, tag])
                  else type('')
                } else return
                event.preventDefault()
                event.stopPropagation()
              }}
            />
            <datalist id={id}>
              {known.data?.items.map(({ tag }) => (
                <option key={tag} value={tag} />
              ))}
            </datalist>
          </>
        ) : (
          party.tags.length === 0 && <span className="mut">—</span>
        )}
      </div>
      <EditingHere id={party.id} field="tags" />
      {problem && (
        <span className="inlp" role="alert">
          {problem}
        </span>
      )}
    </section>
  )
}

const clean = (typed: string) => typed.trim().replace(/\s+/g, ' ').replace(/[,，]/g, '')

function useTags(party: Party) {
  const say = useText(text)
  const why = useWhy()
  const write = usePartyWrite(party)
  const [typed, setTyped] = useState('')
  const [problem, setProblem] = useState<string>()
  const set = async (tags: string[]) => {
    try {
      await write.patch({ tags })
      setTyped('')
      setProblem(undefined)
    } catch (error) {
      setProblem(say('not_saved', { why: why(error) }))
    }
  }
  const type = (next: string) => {
    setTyped(next)
    setProblem(undefined)
  }
  return { typed, problem, type, set: (tags: string[]) => void set(tags) }
}
