import Button from 'antd/es/button'
import { useState } from 'react'
import { IconButton, useText, useToast } from '../../../apps/web/ui/index.ts'
import { EditingHere } from '../../presence/web/EditingHere.tsx'
import { useEditing } from '../../presence/web/here.ts'
import type { Party } from '../contract.ts'
import { text } from './party.text.ts'
import { partyApi } from './partyApi.ts'
import { usePartyWrite, useWhy } from './usePartyWrite.ts'

/** What other systems call this party. */
export function PartyNumbers({ party, may }: { party: Party; may: boolean }) {
  const say = useText(text)
  const why = useWhy()
  const toast = useToast()
  const { write } = usePartyWrite(party)
  const [adding, setAdding] = useState(false)
  useEditing(party.id, 'external_id', adding)
  const remove = (query: { source: string; value: string }) =>
    void write(
      (if_match) => partyApi.removeExternalId({ params: { id: party.id }, query, if_match }),
      (now) => now.external_ids.some(({ source, value }) => source === query.source && value === query.value),
    ).then(
      () => toast.ok(say('removed', { name: query.value })),
      (error: unknown) => toast.error(say('not_saved', { why: why(error) })),
    )
  return (
    <section className="blk" aria-label={say('numbers')}>
      <h2>
        {say('numbers')}
        <span className="r" />
        {may && <IconButton icon="plus" title={say('add_number')} onClick={() => setAdding(true)} />}
      </h2>
      {party.external_ids.length === 0 && !adding && <p className="mut s13">{say('no_numbers')}</p>}
      <ul className="pcps">
        {party.external_ids.map((one) => (
          <li key={`${one.source} ${one.value}`}>
            <span className="mut s12 src">{one.source}</span>
            <span className="v">{one.value}</span>
            {may && (
              <IconButton
                icon="close"
                className="xs"
                title={`${say('remove')} ${one.value}`}
                onClick={() => remove(one)}
              />
            )}
          </li>
        ))}
      </ul>
      <EditingHere id={party.id} field="external_id" />
      {adding && <NumberForm party={party} onDone={() => setAdding(false)} />}
    </section>
  )
}

function NumberForm({ party, onDone }: { party: Party; onDone: () => void }) {
  const say = useText(text)
  const why = useWhy()
  const { write } = usePartyWrite(party)
  const [source, setSource] = useState('')
  const [value, setValue] = useState('')
  const [problem, setProblem] = useState<string>()
  const full = source.trim() !== '' && value.trim() !== ''
  const submit = () =>
    write(() =>
      partyApi.addExternalId({
        params: { id: party.id },
        body: { source: source.trim(), value: value.trim() },
      }),
    ).then(onDone, (error: unknown) => setProblem(say('not_saved', { why: why(error) })))
  return (
    <form
      className="pform"
      aria-label={say('add_number')}
      onSubmit={(event) => {
        event.preventDefault()
        if (full) void submit()
      }}
    >
      <input
        className="inlf"
        // biome-ignore lint/a11y/noAutofocus: the form opens because its button was pressed
        autoFocus
        value={source}
        maxLength={100}
        aria-label={say('number_source')}
        placeholder={say('number_source')}
        onChange={(event) => setSource(event.target.value)}
      />
      <input
        className="inlf"
        value={value}
        maxLength={200}
        aria-label={say('number_value')}
        placeholder={say('number_value')}
        onChange={(event) => setValue(event.target.value)}
      />
      {problem && (
        <span className="inlp" role="alert">
          {problem}
        </span>
      )}
      <div className="row">
        <Button size="small" type="primary" htmlType="submit" disabled={!full}>
          {say('add')}
        </Button>
        <Button size="small" onClick={onDone}>
          {say('cancel')}
        </Button>
      </div>
    </form>
  )
}
