import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import Button from 'antd/es/button'
import {
  Fault,
  Go,
  Icon,
  KeyValues,
  Peek,
  problemOf,
  Section,
  Tag,
  useLocale,
  useText,
  useToast,
  When,
  Withheld,
} from '../../../apps/web/ui/index.ts'
import { urlOf } from '../../../kernel/client.ts'
import { type AuditDetail, audit } from '../contract.ts'
import { actorName, fieldName, subjectName, wordsOf } from '../rules.sentence.ts'
import { auditApi } from './auditApi.ts'
import { text } from './text.ts'

const useDetail = (id: number) => useQuery(auditApi.get.query({ params: { id } }))

export function DetailPeek({ id, onClose }: { id: number; onClose: () => void }) {
  const say = useText(text)
  const { data } = useDetail(id)
  return (
    <Peek
      title={data ? <span className="ausays">{data.says}</span> : '…'}
      note={
        data && (
          <>
            <Tag>{say(data.source)}</Tag> <When at={data.at} time full />
          </>
        )
      }
      onClose={onClose}
      foot={<ProofLink id={id} sealed={data?.seal != null} />}
    >
      <Detail id={id} inPeek />
    </Peek>
  )
}

function ProofLink({ id, sealed }: { id: number; sealed: boolean }) {
  const say = useText(text)
  if (!sealed) return null
  return (
    <a className="btn s" href={urlOf(audit.proof, { params: { id } })} download>
      {say('download_proof')}
    </a>
  )
}

/** The diff, the way back, where else it belongs, and why it can be believed. */
export function Detail({ id, inPeek = false }: { id: number; inPeek?: boolean }) {
  const { data, error, refetch } = useDetail(id)
  if (error && !data) return <Fault error={error} onRetry={refetch} />
  if (!data) return <div className="lines" aria-busy="true" />
  return (
    <>
      {!inPeek && <h2 className="ausays">{data.says}</h2>}
      <Diff row={data} />
      <UndoPart row={data} />
      <About row={data} />
      <ProofPart row={data} inPeek={inPeek} />
    </>
  )
}

function Diff({ row }: { row: AuditDetail }) {
  const say = useText(text)
  const locale = useLocale()
  const details = Object.entries(row.details)
  if (row.erased)
    return (
      <Section title={say('changes')}>
        <p className="s13 mut">{say('erased')}</p>
      </Section>
    )
  if (row.changes.length === 0 && details.length > 0)
    return (
      <Section title={say('details')}>
        <KeyValues
          items={details.map(
            ([field, value]) => [fieldName(field, locale), wordsOf(field, value, locale)] as const,
          )}
        />
      </Section>
    )
  const named = (field: string) => fieldName(field === 'value' && row.kind ? row.kind : field, locale)
  return (
    <Section title={say('changes')}>
      {row.changes.length === 0 && <p className="s13 mut">{say('no_changes')}</p>}
      <dl className="audiff">
        {row.changes.map(({ field, was, became, withheld }) => {
          const show = (value: unknown) => {
            const said = wordsOf(field, value, locale)
            return withheld && typeof value === 'string' ? <Withheld value={said} /> : said
          }
          return (
            <div key={field}>
              <dt>{named(field)}</dt>
              <dd>
                <span className="was" title={say('was')}>
                  {show(was)}
                </span>
                <span className="ar" aria-hidden="true">
                  →
                </span>
                <span className="now" title={say('became')}>
                  {show(became)}
                </span>
              </dd>
            </div>
          )
        })}
      </dl>
    </Section>
  )
}

function UndoPart({ row }: { row: AuditDetail }) {
  const say = useText(text)
  const toast = useToast()
  const queries = useQueryClient()
  const { undo } = row
  const work = useMutation({
    mutationFn: () =>
      auditApi.undo({
        params: { id: row.audit_id },
        ...(undo.version === null ? {} : { if_match: String(undo.version) }),
      }),
    onSuccess: () => toast.ok(say('undone')),
    onError: (error) => toast.error(say('not_undone', { why: problemOf(error)?.detail ?? error.message })),
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ['audit'] }),
        queries.invalidateQueries({ queryKey: ['parties'] }),
      ]),
  })
  if (undo.possible)
    return (
      <Section title={say('undo')}>
        <Button
          size="small"
          icon={<Icon name="undo" />}
          loading={work.isPending}
          onClick={() => work.mutate()}
        >
          {say('undo_this')}
        </Button>
      </Section>
    )
  return (
    <Section title={say('cannot_undo')}>
      <p className="s13 sec">{undo.why}</p>
      {undo.depends.length > 0 && (
        <>
          <p className="s12 mut">{say('depends')}</p>
          <ul className="audep">
            {undo.depends.map(({ audit_id, at, says }) => (
              <li key={audit_id}>
                <Go
                  to="/audit"
                  search={{ peek: String(audit_id), party: String(row.party?.id ?? '') }}
                  className="lnk"
                >
                  {says}
                </Go>{' '}
                <span className="mut s12 nw">
                  <When at={at} time />
                </span>
              </li>
            ))}
          </ul>
        </>
      )}
    </Section>
  )
}

function About({ row }: { row: AuditDetail }) {
  const say = useText(text)
  const locale = useLocale()
  const { party } = row
  return (
    <Section title={say('about')}>
      <KeyValues
        items={[
          [say('who'), actorName(row.actor, locale)],
          [
            say('party'),
            party && !party.erased ? (
              <Go key="party" to={`/customers/${party.id}`} className="lnk">
                {party.name}
              </Go>
            ) : (
              party?.name
            ),
          ],
          [say('subject'), [subjectName(row.subject, locale), row.about].filter(Boolean).join(' · ')],
          [say('action'), <code key="action">{row.action}</code>],
          [
            say('request'),
            <Go key="request" to="/audit" search={{ request: row.request_id }} className="lnk">
              {say('same_request', { n: row.request_rows })}
            </Go>,
          ],
          [say('number'), String(row.audit_id)],
        ]}
      />
      {party && (
        <p className="s13">
          <Go to="/audit" search={{ party: String(party.id) }} className="lnk">
            {say('of_party')}
          </Go>
        </p>
      )}
    </Section>
  )
}

function ProofPart({ row, inPeek }: { row: AuditDetail; inPeek: boolean }) {
  const say = useText(text)
  const { seal } = row
  return (
    <Section title={say('proof')}>
      <KeyValues
        items={[
          [say('seal'), seal ? say('seal_no', { n: seal.seq }) : say('not_sealed')],
          ...(seal
            ? ([
                [say('sealed_at'), <When key="at" at={seal.sealed_at} time full />],
                [say('sealed_rows'), String(seal.rows)],
              ] as const)
            : []),
          [
            say('digest'),
            <code key="digest" className="auhash">
              {row.digest}
            </code>,
          ],
        ]}
      />
      {!inPeek && <ProofLink id={row.audit_id} sealed={seal !== null} />}
    </Section>
  )
}
