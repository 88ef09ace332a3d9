import { type ReactNode, useEffect, useRef } from 'react'
import { Icon, Kbd, Money, useLocale, useText, When } from '../../../apps/web/ui/index.ts'
import { phrase } from '../../../kernel/text.ts'
import type { FoundParty } from '../contract.ts'
import type { Mark } from '../rules.ts'
import type { Group, Item } from './items.ts'
import { text } from './text.ts'

type Props = {
  id: string
  groups: readonly Group[]
  here: number
  q: string
  busy: boolean
  onPoint: (at: number) => void
  onOpen: (item: Item, tab: boolean) => void
}

/** The open list below the field: groups of options, one of them current. */
export function Options({ id, groups, here, q, busy, onPoint, onOpen }: Props) {
  const say = useText(text)
  const list = useRef<HTMLDivElement>(null)
  useEffect(() => {
    list.current?.querySelector(`[data-at="${here}"]`)?.scrollIntoView({ block: 'nearest' })
  }, [here])
  let at = 0
  return (
    <div
      ref={list}
      id={`${id}-list`}
      className="plist"
      role="listbox"
      aria-label={say('title')}
      aria-busy={busy}
    >
      {groups.map(({ name, items }) => (
        // biome-ignore lint/a11y/useSemanticElements: options of a listbox stand in groups, not in fieldsets
        <div key={name} role="group" aria-labelledby={`${id}-${name}`}>
          <div id={`${id}-${name}`} className="pgroup" role="presentation">
            {say(`g_${name}`)}
          </div>
          {items.map((item) => {
            const place = at++
            return (
              // biome-ignore lint/a11y/useKeyWithClickEvents: keys are the field's, which stays focused
              <div
                key={item.key}
                id={`${id}-${place}`}
                data-at={place}
                role="option"
                tabIndex={-1}
                aria-selected={place === here}
                className={place === here ? 'popt at' : 'popt'}
                onMouseMove={() => place !== here && onPoint(place)}
                onMouseDown={(event) => event.preventDefault()}
                onClick={(event) => onOpen(item, event.ctrlKey || event.metaKey)}
              >
                <Line item={item} q={q} />
              </div>
            )
          })}
        </div>
      ))}
    </div>
  )
}

function Line({ item, q }: { item: Item; q: string }) {
  const say = useText(text)
  const locale = useLocale()
  if (item.is === 'party') return <PartyLine party={item.party} />
  if (item.is === 'order') {
    const { number, marks, party, amount_minor, currency, ordered_at } = item.order
    return (
      <>
        <Icon name="cart" />
        <span className="pname cut">
          <Marked text={number} marks={marks} />
        </span>
        <span className="mut cut grow">{party?.name}</span>
        <span className="nw num">
          <Money minor={amount_minor} currency={currency} />
        </span>
        <span className="mut nw s12 hm">
          <When at={ordered_at} />
        </span>
      </>
    )
  }
  if (item.is === 'product')
    return (
      <>
        <Icon name="archive" />
        <span className="pname cut">
          <Marked text={item.product.code} marks={item.product.code_marks} />
        </span>
        <span className="mut cut grow">
          <Marked text={item.product.name} marks={item.product.marks} />
        </span>
      </>
    )
  if (item.is === 'all')
    return (
      <>
        <Icon name="right" />
        <span className="grow cut">{say(`all_${item.of}`, { q })}</span>
      </>
    )
  const { place, marks } = item.matched
  return (
    <>
      <Icon name={place.icon} />
      <span className="grow cut">
        <Marked text={phrase(place.label, locale)} marks={marks} />
      </span>
      {place.keys && (
        <span className="hm">
          {place.keys.split(' ').map((key) => (
            <Kbd key={key}>{key.toUpperCase()}</Kbd>
          ))}
        </span>
      )}
    </>
  )
}

function PartyLine({ party }: { party: FoundParty }) {
  const say = useText(text)
  const by = party.found_by
  return (
    <>
      <Icon name={party.kind === 'person' ? 'person' : 'building'} />
      <span className="pname cut">
        <Marked text={party.name} marks={party.marks} />
      </span>
      <span className="mut cut grow s12">
        {by ? (
          <>
            {say(`by_${by.kind}`)} <Marked text={by.value} marks={by.marks} />
          </>
        ) : (
          party.name_romanised
        )}
      </span>
      <span className="mut cut s12 pwho">
        {party.near === 'mine'
          ? say('near_mine')
          : [party.owner?.name, party.unit.name].filter(Boolean).join(' · ')}
      </span>
    </>
  )
}

/** The text with what matched in bold. */
function Marked({ text: whole, marks }: { text: string; marks: readonly Mark[] }): ReactNode {
  const pieces: ReactNode[] = []
  let done = 0
  for (const { from, to } of marks) {
    pieces.push(whole.slice(done, from), <mark key={from}>{whole.slice(from, to)}</mark>)
    done = to
  }
  pieces.push(whole.slice(done))
  return pieces
}
