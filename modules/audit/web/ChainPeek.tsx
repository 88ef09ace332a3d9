import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import Button from 'antd/es/button'
import {
  Count,
  KeyValues,
  Peek,
  Progress,
  problemOf,
  Section,
  Tag,
  useCan,
  useText,
  useToast,
  When,
} from '../../../apps/web/ui/index.ts'
import type { Chain } from '../contract.ts'
import { auditApi } from './auditApi.ts'
import { text } from './text.ts'

const ASK_MS = 1000

function useChain() {
  const can = useCan()
  return useQuery({
    ...auditApi.chain.query(),
    enabled: can('audit:read'),
    refetchInterval: ({ state }) => (state.data?.running ? ASK_MS : false),
  }).data
}

function Verdict({ chain }: { chain: Chain }) {
  const say = useText(text)
  if (chain.running) return <Tag tone="brand">{say('chain_running')}</Tag>
  if (!chain.last) return <Tag>{say('chain_never')}</Tag>
  if (chain.last.ok) return <Tag tone="ok">{say('chain_ok')}</Tag>
  if (chain.last.broken_count > 0)
    return <Tag tone="warn">{say('chain_broken', { n: chain.last.broken_count })}</Tag>
  return <Tag tone="warn">{say('chain_other')}</Tag>
}

/** Beside the title: whether the log can be believed, and since when that is known. */
export function ChainNote({ onOpen }: { onOpen: () => void }) {
  const say = useText(text)
  const chain = useChain()
  if (!chain) return null
  return (
    <button type="button" className="auchain" onClick={onOpen} aria-label={say('chain')}>
      <Verdict chain={chain} />
      {chain.last && !chain.running && <When at={chain.last.finished_at} time />}
    </button>
  )
}

/** `bare`: on a phone, as the page itself. */
export function ChainPeek({ onClose, bare = false }: { onClose: () => void; bare?: boolean }) {
  const say = useText(text)
  const chain = useChain()
  const body = chain && <ChainBody chain={chain} />
  if (bare) return <>{body}</>
  return (
    <Peek title={say('chain')} note={chain && <Verdict chain={chain} />} onClose={onClose}>
      {body}
    </Peek>
  )
}

function ChainBody({ chain }: { chain: Chain }) {
  const say = useText(text)
  const { last, running } = chain
  return (
    <>
      <Section title={say('verify')}>
        {running ? (
          <Progress
            done={running.done}
            total={running.total}
            state={running.state === 'waiting' ? 'waiting' : 'running'}
            label={say('chain_running')}
          />
        ) : (
          <VerifyButton />
        )}
        <p className="s12 mut">{say('how_proof')}</p>
      </Section>
      {last && (
        <Section title={say('last_check')}>
          <KeyValues
            items={[
              [say('checked_at'), <When key="at" at={last.finished_at} time full />],
              [say('checked_by'), last.started_by ?? say('nightly')],
              [say('seals'), <Count key="seals" value={last.seals} />],
              [say('rows'), <Count key="rows" value={last.rows} />],
              [say('erased_rows'), <Count key="erased" value={last.erased} />],
              [say('unsealed'), <Count key="unsealed" value={chain.waiting} />],
              [say('fingerprint'), <code key="key">{chain.fingerprint}</code>],
            ]}
          />
          {last.other_keys.map((key) => (
            <p key={key.fingerprint} className="s13 warnc">
              {say('other_key', key)}
            </p>
          ))}
        </Section>
      )}
      {last && last.broken.length > 0 && (
        <Section title={say('places')}>
          <ul className="audep">
            {last.broken.map((place) => (
              <li key={`${place.seq} ${place.audit_id} ${place.why}`} className="warnc">
                {say('place', { seq: place.seq, id: String(place.audit_id ?? '—'), why: place.says })}
              </li>
            ))}
          </ul>
        </Section>
      )}
      {last?.head && (
        <Section title={say('head')}>
          <p className="s13">
            <code className="auhash">
              {last.head.seq} {last.head.mac}
            </code>
          </p>
          <p className="s12 mut">{say('head_note')}</p>
        </Section>
      )}
    </>
  )
}

function VerifyButton() {
  const say = useText(text)
  const toast = useToast()
  const queries = useQueryClient()
  const start = useMutation({
    mutationFn: () => auditApi.verify(),
    onError: (error) => toast.error(problemOf(error)?.detail ?? error.message),
    onSettled: () => queries.invalidateQueries({ queryKey: auditApi.chain.key }),
  })
  return (
    <Button size="small" type="primary" loading={start.isPending} onClick={() => start.mutate()}>
      {say('verify')}
    </Button>
  )
}
