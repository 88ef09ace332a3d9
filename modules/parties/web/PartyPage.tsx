import { useQuery } from '@tanstack/react-query'
import { Navigate } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { partyParts } from '../../../apps/web/party.ts'
import {
  Fault,
  Go,
  Icon,
  Page,
  Tabs,
  Tag,
  useCan,
  useKeys,
  useNarrow,
  useParams,
  useSearch,
  useText,
  useTight,
} from '../../../apps/web/ui/index.ts'
import { ErasedNotice } from '../../erasure/web/ErasedNotice.tsx'
import { useWriting } from '../../presence/web/here.ts'
import { Others } from '../../presence/web/Others.tsx'
import type { Party } from '../contract.ts'
import { Neighbours, usePlaceInList } from './Neighbours.tsx'
import { PartyFacts } from './PartyFacts.tsx'
import { PartyHistory } from './PartyHistory.tsx'
import { PartyMenu } from './PartyMenu.tsx'
import { PartyTimeline } from './PartyTimeline.tsx'
import type { PartyPart, PartyPartProps } from './part.ts'
import { text } from './party.text.ts'
import { partyApi } from './partyApi.ts'
import { text as listText } from './text.ts'
import './party.css'

/** The same page under the API's word for it. */
export function PartyMoved() {
  const { id } = useParams()
  return <Navigate to={`/customers/${id}`} replace />
}

const NOBODY: readonly number[] = []

/** Who they are, what they bought, who changed what: one page, whose state is in its address. */
export function PartyPage() {
  const say = useText(text)
  const can = useCan()
  const id = Number(useParams()['id'])
  const [search, setSearch] = useSearch()
  const back = () => history.back()
  useKeys([{ keys: 'Escape', label: say('key_back'), run: back }], !search['see'])
  const place = usePlaceInList(id)
  const valid = Number.isSafeInteger(id) && id > 0
  const { data, error, refetch } = useQuery({
    ...partyApi.get.query({ params: { id: valid ? id : 1 } }),
    enabled: valid && can('parties:read'),
  })
  const parts = partyParts.filter((part) => can(part.may))
  const see = (what: string | undefined) => setSearch({ see: what })
  const showKind = (kind: string | undefined) => setSearch({ kind, tab: undefined })
  const trail = (
    <>
      <Go to="/customers" className="lnk">
        {say('crumb')}
      </Go>
      <Icon name="right" />
      {place && <Neighbours place={place} />}
    </>
  )
  // An id of before a merge: the page of who it became; whoever is writing just then goes on, and there.
  const moved = data?.merged_into !== undefined && data.merged_into !== id
  const writing = useWriting(data ? [id, data.id] : NOBODY)
  if (moved && !writing) return <Navigate to={`/customers/${data.merged_into}`} replace />
  if (!valid)
    return (
      <Page title={say('loading')} trail={trail}>
        <NotFound />
      </Page>
    )
  return (
    <Page
      key={id}
      title={data?.name ?? place?.name ?? say('loading')}
      may="parties:read"
      trail={trail}
      note={
        data && (
          <Who party={data}>
            {parts.map(
              ({ may, Who: Told }) => Told && <Told key={may} {...{ party: data, see, showKind }} />,
            )}
          </Who>
        )
      }
      actions={data && <PartyMenu party={data} />}
      head={
        data ? (
          <>
            {moved && (
              <p className="clash moved" role="status">
                {say('merged_meanwhile', { name: data.name, id: data.id })}
              </p>
            )}
            {data.erased_at && <ErasedNotice party={data} />}
            <Figures parts={parts} {...{ party: data, see, showKind }} />
          </>
        ) : (
          !error && <FigureBones />
        )
      }
      error={error && !data ? error : undefined}
      onRetry={refetch}
      peek={data && <Evidence parts={parts} what={search['see']} {...{ party: data, see, showKind }} />}
    >
      {data ? (
        <Columns parts={parts} {...{ party: data, see, showKind }} />
      ) : (
        <div className="pcols" aria-busy="true" />
      )}
    </Page>
  )
}

/** What the server would say to an address that cannot be one of its own. */
function NotFound() {
  const { error } = useQuery({ ...partyApi.get.query({ params: { id: 9_007_199_254_740_991 } }) })
  return error ? <Fault error={error} /> : null
}

function Who({ party, children }: { party: Party; children: ReactNode }) {
  const say = useText(text)
  const word = useText(listText)
  return (
    <span className="pwho">
      {party.name_romanised && !party.erased_at && <span className="mut hm">{party.name_romanised}</span>}
      {children}
      {party.erased_at ? (
        <Tag tone="warn">{say('erased')}</Tag>
      ) : (
        !party.live && <Tag tone="warn">{say('in_trash')}</Tag>
      )}
      {party.roles
        .filter((role) => role.active)
        .map((role) => (
          <Tag key={role.id} tone="brand">
            {word(role.role)}
          </Tag>
        ))}
      <span className="sec">
        {party.owner ? say('owner_is', { name: party.owner.name }) : say('ownerless')}
      </span>
      <span className="sec hm">{party.unit.name}</span>
      {!party.erased_at && <Others id={party.id} />}
    </span>
  )
}

type WithParts = PartyPartProps & { parts: readonly PartyPart[] }

const Figures = ({ parts, ...props }: WithParts) => (
  <div className="pfacts">
    {parts.map(({ may, Figures: Shown }) => Shown && <Shown key={may} {...props} />)}
  </div>
)
const FigureBones = () => (
  <div className="pfacts" aria-hidden="true">
    {[64, 88, 72, 56, 60].map((width) => (
      <div key={width} className="fig">
        <div className="l">&nbsp;</div>
        <div className="v">
          <b className="bone" style={{ width }} />
        </div>
        <div className="x">&nbsp;</div>
      </div>
    ))}
  </div>
)

function Evidence({ parts, what, ...props }: WithParts & { what: string | undefined }) {
  const part = what === undefined ? undefined : parts.find((one) => one.evidence?.(what))
  return part?.Evidence && what !== undefined ? <part.Evidence key={what} {...props} what={what} /> : null
}

/** Three columns; below 1200 px the left one becomes a tab, on a phone the right one too. */
function Columns({ parts, ...props }: WithParts) {
  const say = useText(text)
  const tight = useTight()
  const narrow = useNarrow()
  const [search, setSearch] = useSearch()
  const { party, see } = props
  const tabs = [
    { key: 'timeline', label: say('tab_timeline') },
    ...(tight ? [{ key: 'facts', label: say('tab_facts') }] : []),
    ...(narrow ? [{ key: 'history', label: say('tab_history') }] : []),
  ]
  const tab = tabs.find(({ key }) => key === search['tab'])?.key ?? 'timeline'
  const middle: Record<string, ReactNode> = {
    facts: (
      <div className="pside flat">
        <PartyFacts party={party} />
        {parts.map(({ may, Facts }) => Facts && <Facts key={may} {...props} />)}
      </div>
    ),
    history: (
      <div className="pside flat">
        {parts.map(({ may, Side }) => Side && <Side key={may} {...props} />)}
        <PartyHistory party={party} />
      </div>
    ),
    timeline: (
      <>
        {parts.map(({ may, Picture }) => Picture && <Picture key={may} {...props} />)}
        <PartyTimeline
          party={party}
          see={see}
          kind={search['kind']}
          showKind={(kind) => setSearch({ kind })}
        />
      </>
    ),
  }
  return (
    <div className={search['see'] && !tight ? 'pcols seen' : 'pcols'}>
      {!tight && (
        <aside className="pside" aria-label={say('tab_facts')}>
          <PartyFacts party={party} />
          {parts.map(({ may, Facts }) => Facts && <Facts key={may} {...props} />)}
        </aside>
      )}
      <div className="pmid">
        {tabs.length > 1 && (
          <Tabs
            label={say('parts')}
            items={tabs}
            value={tab}
            onChange={(key) => setSearch({ tab: key === 'timeline' ? undefined : key })}
          />
        )}
        {middle[tab]}
      </div>
      {!narrow && (tight || !search['see']) && (
        <aside className="pside r" aria-label={say('tab_history')}>
          {parts.map(({ may, Side }) => Side && <Side key={may} {...props} />)}
          <PartyHistory party={party} />
        </aside>
      )}
    </div>
  )
}
