import { useQuery } from '@tanstack/react-query'
import Button from 'antd/es/button'
import {
  Count,
  Fault,
  Figure,
  Icon,
  type IconName,
  Kbd,
  KeyValues,
  Peek,
  Section,
  Tag,
  useText,
  When,
  Withheld,
} from '../../../apps/web/ui/index.ts'
import { Others } from '../../presence/web/Others.tsx'
import type { ContactKind, Party, PartyRow } from '../contract.ts'
import { useRegionName } from './columns.tsx'
import { PeekValues } from './fields/PeekValues.tsx'
import { partyApi } from './partyApi.ts'
import { Revenue } from './Revenue.tsx'
import { text } from './text.ts'

type PeekProps = { id: number; row: PartyRow | undefined; onClose: () => void; onOpen: () => void }

/** What the list already knows shows at once; the rest follows in its own place. */
export function CustomerPeek({ id, row, onClose, onOpen }: PeekProps) {
  const say = useText(text)
  const { data, error, refetch } = useQuery(partyApi.get.query({ params: { id } }))
  const known = data ?? row
  if (error && !data)
    return (
      <Peek title={row?.name ?? ''} onClose={onClose}>
        <Fault error={error} onRetry={refetch} />
      </Peek>
    )
  const roles = row?.roles ?? data?.roles.filter((role) => role.active).map((role) => role.role) ?? []
  return (
    <Peek
      title={known?.name ?? <span className="bone w50" />}
      note={
        known && (
          <>
            {roles.map((role) => (
              <Tag key={role} tone="brand">
                {say(role)}
              </Tag>
            ))}
            <span>
              {known.unit.name} · {known.owner?.name ?? say('ownerless')}
            </span>
            {!data?.erased_at && <Others id={id} />}
          </>
        )
      }
      onClose={onClose}
      foot={
        <Button type="primary" size="small" onClick={onOpen}>
          {say('open')} <Kbd>Enter</Kbd>
        </Button>
      }
    >
      {known && <Bought party={known} />}
      <Contacts party={data} />
      <Facts party={data} />
      <PeekValues fields={data?.fields ?? row?.fields} />
    </Peek>
  )
}

function Bought({ party }: { party: PartyRow | Party }) {
  const say = useText(text)
  const { order_count } = party
  if (order_count === 0)
    return (
      <Section title={say('bought')}>
        <p className="mut s13">{say('no_orders')}</p>
      </Section>
    )
  return (
    <Section title={say('bought')}>
      <div className="figs">
        <Figure label={say('revenue')} value={<Revenue of={party} />} />
        <Figure label={say('orders')} value={<Count value={order_count} />} />
        <Figure label={say('average')} value={<Revenue of={party} average />} />
        <Figure label={say('last_order')} value={<When at={party.last_order_at} />} />
      </div>
    </Section>
  )
}

const icons: Record<ContactKind, IconName> = {
  email: 'mail',
  phone: 'phone',
  wechat_openid: 'chat',
  wechat_unionid: 'chat',
  address: 'pin',
  web: 'file',
}

function Contacts({ party }: { party: Party | undefined }) {
  const say = useText(text)
  return (
    <Section title={say('contact')}>
      {!party && <Lines />}
      {party?.contact_points.length === 0 && <p className="mut s13">{say('no_contact')}</p>}
      <ul className="cps">
        {party?.contact_points.map((point) => (
          <li key={point.id}>
            <Icon name={icons[point.kind]} />
            <span className="v">{point.withheld ? <Withheld value={point.value} /> : point.value}</span>
            <span className="mut s12 nw">{point.label || (point.preferred ? say('preferred') : '')}</span>
          </li>
        ))}
      </ul>
    </Section>
  )
}

function Facts({ party }: { party: Party | undefined }) {
  const say = useText(text)
  const region = useRegionName()
  if (!party)
    return (
      <Section title={say('facts')}>
        <Lines />
      </Section>
    )
  const ids = party.external_ids.map(({ source, value }) => `${source} ${value}`)
  const items: [string, React.ReactNode][] = [
    [say('kind'), say(party.kind)],
    [say('country'), region(party.country)],
    [say('first_order'), <When key="first" at={party.first_order_at} />],
    [say('numbers'), ids.join(' · ')],
    [say('tags'), party.tags.length > 0 && <TagList tags={party.tags} />],
    [say('note'), party.note],
  ]
  return (
    <Section title={say('facts')}>
      <KeyValues items={items.map(([label, value]) => [label, value || null] as const)} />
    </Section>
  )
}

const TagList = ({ tags }: { tags: readonly string[] }) => (
  <span className="tags wrap">
    {tags.map((tag) => (
      <Tag key={tag}>{tag}</Tag>
    ))}
  </span>
)

const Lines = () => (
  <div className="lines" aria-hidden="true">
    <b className="bone" />
    <b className="bone w50" />
  </div>
)
