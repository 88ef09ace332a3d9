import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Tag, useLocale } from '../../../apps/web/ui/index.ts'
import { Block, Editable, Field, MiniForm, Pick, Tick } from '../../../apps/web/ui/inplace/inplace.tsx'
import { KeptIn, useKept } from '../../../apps/web/ui/inplace/kept.tsx'
import type { PartyPart, PartyPartProps } from '../../parties/web/part.ts'
import { useMayChange } from '../../parties/web/usePartyWrite.ts'
import { EditingHere } from '../../presence/web/EditingHere.tsx'
import { useEditing } from '../../presence/web/here.ts'
import { useLastOf } from '../../presence/web/lastOf.ts'
import type { Occasion, OccasionWrite } from '../contract.ts'
import { calendars, lunarDayZh, lunarMonthZh, occasionKinds, ordinalEn } from '../rules.ts'
import { occasionApi } from './occasionApi.ts'
import { useDates } from './words.ts'

const changes = [occasionApi.ofParty.key, occasionApi.upcoming.key]
const REMIND = [0, 1, 3, 7, 14, 30]
const today = (): string => new Intl.DateTimeFormat('sv-SE').format(new Date())

/** Birthdays and anniversaries in both calendars, the next one first. */
function Dates({ party }: PartyPartProps) {
  const { say, name, left, years, both, moved } = useDates()
  const may = useMayChange(party, 'occasions:write') && party.live
  const [adding, setAdding] = useState(false)
  const { data } = useQuery(occasionApi.ofParty.query({ params: { id: party.id } }))
  const lines = useKept(data?.items ?? [], ({ id }) => id)
  if (!may && data && lines.length === 0 && data.withheld === 0) return null
  return (
    <Block
      title={say('title')}
      count={data?.items.length}
      add={may && say('add')}
      onAdd={() => setAdding(true)}
    >
      {data && lines.length === 0 && data.withheld === 0 && !adding && (
        <p className="mut s13">{say('none')}</p>
      )}
      {data !== undefined && data.withheld > 0 && <p className="mut s13">{say('birthday_withheld')}</p>}
      <ul className="dlist">
        {lines.map(({ one, key, line }) => (
          <KeptIn key={key} line={line}>
            <Editable
              name={name(one)}
              may={may}
              changes={changes}
              remove={() => occasionApi.remove({ params: { id: party.id, occasion_id: one.id } })}
              form={(close) => <DateForm party_id={party.id} one={one} close={close} />}
              head={
                <>
                  <span className="b cut">{name(one)}</span>
                  <span className="mut s12 nw">{years(one)}</span>
                  <span className="sp nw">
                    {one.due ? (
                      <Tag tone="warn">{left(one.next)}</Tag>
                    ) : (
                      <span className="mut s12">{left(one.next)}</span>
                    )}
                  </span>
                </>
              }
            >
              <p className="s12 sec">{both(one, today())}</p>
              <EditingHere id={party.id} field={`occasions.${one.id}`} />
              {(moved(one) || one.note) && (
                <p className="s12 mut">{[moved(one), one.note].filter(Boolean).join(' · ')}</p>
              )}
            </Editable>
          </KeptIn>
        ))}
      </ul>
      {adding && <DateForm party_id={party.id} party_kind={party.kind} close={() => setAdding(false)} />}
    </Block>
  )
}

type FormProps = { party_id: number; party_kind?: string; one?: Occasion; close: () => void }
function DateForm({ party_id, party_kind, one, close }: FormProps) {
  const { say } = useDates()
  const zh = useLocale() === 'zh-CN'
  const field = `occasions.${one?.id ?? 'new'}`
  useEditing(party_id, field, true)
  const last = useLastOf(party_id, field)
  const [kind, setKind] = useState<string>(
    one?.kind ?? (party_kind === 'organisation' ? 'founding' : 'birthday'),
  )
  const [calendar, setCalendar] = useState<string>(one?.calendar ?? 'solar')
  const lunar = calendar === 'lunar'
  const numbers = (last: number, word: (n: number) => string) =>
    Array.from({ length: last }, (_, i) => [String(i + 1), word(i + 1)] as const)
  const bodyOf = (of: (name: string) => string): OccasionWrite => ({
    kind: of('kind') as OccasionWrite['kind'],
    label: of('label'),
    calendar: of('calendar') as OccasionWrite['calendar'],
    year: of('year') ? Number(of('year')) : null,
    month: Number(of('month')),
    day: Number(of('day')),
    leap: of('leap') === 'on',
    remind_days: of('remind') ? Number(of('remind')) : null,
    note: of('note'),
  })
  return (
    <MiniForm
      label={say('add')}
      close={close}
      changes={changes}
      now={one && knownOf(one)}
      whole
      last={last}
      save={(of, if_match) =>
        one && if_match !== null
          ? occasionApi.change({
              params: { id: party_id, occasion_id: one.id },
              body: bodyOf(of),
              if_match,
            })
          : occasionApi.add({ params: { id: party_id }, body: bodyOf(of) })
      }
    >
      {one && <EditingHere id={party_id} field={field} />}
      <Pick
        name="kind"
        label={say('kind')}
        value={kind}
        options={occasionKinds.map((key) => [key, say(key)])}
        onChange={setKind}
        focus
      />
      <Field
        name="label"
        label={say('label')}
        value={one?.label}
        length={100}
        required={kind === 'other'}
        hint={kind === 'other' ? say('label_hint') : ''}
      />
      <Pick
        name="calendar"
        label={say('calendar')}
        value={calendar}
        options={calendars.map((key) => [key, say(key)])}
        onChange={setCalendar}
      />
      <Field
        name="year"
        label={say('year')}
        type="number"
        min={1900}
        max={2100}
        value={one?.year}
        hint={say('year_hint')}
      />
      <Pick
        key={`m ${calendar}`}
        name="month"
        label={say('month')}
        value={String(one?.month ?? 1)}
        options={numbers(12, (n) => (lunar ? (zh ? lunarMonthZh(n) : ordinalEn(n)) : String(n)))}
      />
      <Pick
        key={`d ${calendar}`}
        name="day"
        label={say('day')}
        value={String(one?.day ?? 1)}
        options={numbers(lunar ? 30 : 31, (n) => (lunar && zh ? lunarDayZh(n) : String(n)))}
      />
      {lunar && <Tick name="leap" label={say('leap')} on={one?.leap ?? false} />}
      <Pick
        name="remind"
        label={say('remind')}
        value={one ? String(one.remind_days ?? '') : '7'}
        options={[
          ['', say('remind_no')],
          ...[...new Set([...REMIND, ...(one?.remind_days ? [one.remind_days] : [])])].map(
            (n) => [String(n), n === 0 ? say('remind_on') : say('remind_before', { n })] as const,
          ),
        ]}
      />
      <Field name="note" label={say('note')} value={one?.note} length={500} wide />
    </MiniForm>
  )
}

const knownOf = ({
  version,
  kind,
  label,
  calendar,
  year,
  month,
  day,
  leap,
  remind_days,
  note,
}: Occasion) => ({
  version,
  values: {
    kind,
    label,
    calendar,
    year: String(year ?? ''),
    month: String(month),
    day: String(day),
    leap: leap ? 'on' : '',
    remind: String(remind_days ?? ''),
    note,
  },
})

/** What important dates add to the page of a party. */
export const datesPart: PartyPart = { may: 'occasions:read', Facts: Dates }
