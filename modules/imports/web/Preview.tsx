import Button from 'antd/es/button'
import { useState } from 'react'
import type { Static } from 'typebox'
import { Tabs, useCan, useSearch } from '../../../apps/web/ui/index.ts'
import { useSay } from '../../orders/web/say.ts'
import type { Import, Preview as Seen } from '../contract.ts'
import { Bar, type CountRow, Counts, type Outcome, outcomes } from './Counts.tsx'
import { Decisions, RejectReasons } from './Decisions.tsx'
import { useSums } from './format.ts'
import { ItemRows, RejectRows } from './Rows.tsx'
import { text } from './text.ts'
import { useAct } from './useAct.ts'

type SeenPreview = Static<typeof Seen>
export type Entity = 'orders' | 'parties' | 'products'
type PreviewProps = { one: Import; preview: SeenPreview }

export const entitiesOf: Record<Import['kind'], readonly Entity[]> = {
  orders: ['orders', 'parties', 'products'],
  parties: ['parties'],
  products: ['products'],
}

/** Step 3: everything that would happen, before anything is written. */
export function Preview({ one, preview }: PreviewProps) {
  const say = useSay(text)
  const [search, setSearch] = useSearch()
  const sums = useSums()
  const { act } = useAct(one)
  const entities = entitiesOf[one.kind]
  const [entity, setEntity] = useState<Entity>(one.kind)
  const shown = outcomes.find((outcome) => outcome === search['rows']) ?? firstOf(preview, entity)
  const rows: CountRow[] = [
    { key: 'lines', label: say('file_lines'), counts: preview.lines, strong: true },
    ...entities.map((key) => ({ key, label: say(key), counts: preview[key] })),
  ]
  const show = (key: string, outcome: Outcome) => {
    const wanted = entities.find((one) => one === key)
    setEntity(wanted ?? one.kind)
    setSearch({ rows: outcome })
  }
  const sum = one.kind === 'orders' ? sums(preview.sums, 'net') : ''
  return (
    <div className="icols">
      <div className="imain">
        <h2>{useHeadline(one, preview)}</h2>
        <p className="sum1">
          {say('see_text')}
          {sum && ` ${say('sum_file')} ${sum}`}
        </p>
        <Bar counts={preview.lines} />
        <Counts rows={rows} onPick={show} />
        <div className="itabs">
          <Tabs
            label={say('step_see')}
            value={shown}
            onChange={(key) => setSearch({ rows: key })}
            items={outcomes.map((key) => ({
              key,
              label: say(key),
              count: countOf(preview, entity, key).toLocaleString(),
            }))}
          />
          {entities.length > 1 && shown !== 'rejected' ? (
            // biome-ignore lint/a11y/useSemanticElements: three buttons in a row, not a form's fieldset
            <div className="seg" role="group" aria-label={say('kind')}>
              {entities.map((key) => (
                <button
                  key={key}
                  type="button"
                  aria-pressed={key === entity}
                  className={key === entity ? 'on' : ''}
                  onClick={() => setEntity(key)}
                >
                  {say(key)}
                </button>
              ))}
            </div>
          ) : (
            <span className="mut s12 r">{say('first_rows')}</span>
          )}
        </div>
        {shown === 'rejected' ? (
          <RejectRows rows={preview.rejects_sample} />
        ) : (
          <ItemRows entity={entity} outcome={shown} items={preview[`${entity}_sample`][shown]} />
        )}
      </div>
      <aside className="iside">
        <RejectReasons preview={preview} onPick={() => setSearch({ rows: 'rejected' })} />
        <Decisions of={preview} onChange={() => setSearch({ step: 'match' })} onDone={() => act('preview')} />
      </aside>
    </div>
  )
}

/** Of lines that are turned back the file's lines are counted: an order is there or not. */
const countOf = (preview: SeenPreview, entity: Entity, outcome: Outcome): number =>
  outcome === 'rejected' ? preview.lines.rejected : preview[entity][outcome]

const firstOf = (preview: SeenPreview, entity: Entity): Outcome =>
  (['updated', 'created', 'rejected'] as const).find((key) => countOf(preview, entity, key) > 0) ??
  'unchanged'

function useHeadline({ kind }: Import, { lines, orders, parties, products }: SeenPreview): string {
  const say = useSay(text)
  const rejects = lines.rejected > 0 ? [say('will_reject', { n: lines.rejected })] : []
  const stop = say('clause')
  if (lines.created + lines.updated === 0) return [say('will_nothing'), ...rejects].join(stop)
  if (kind === 'parties')
    return [say('will_parties', { parties: parties.created, updated: parties.updated }), ...rejects].join(
      stop,
    )
  if (kind === 'products')
    return [say('will_products', { products: products.created, updated: products.updated }), ...rejects].join(
      stop,
    )
  const made = [
    ...(orders.created > 0 && parties.created > 0
      ? [say('will_orders', { orders: orders.created, parties: parties.created })]
      : orders.created > 0
        ? [say('will_only_orders', { orders: orders.created })]
        : parties.created > 0
          ? [say('will_only_parties', { parties: parties.created })]
          : []),
  ]
  if (orders.updated > 0)
    made.push(say(made.length > 0 ? 'will_updated' : 'will_only_updated', { n: orders.updated }))
  return [...made, ...rejects].join(stop)
}

export function PreviewFoot({ one }: { one: Import }) {
  const say = useSay(text)
  const can = useCan()
  const [, setSearch] = useSearch()
  const { act, busy } = useAct(one)
  const lines = one.preview?.lines
  if (!lines || !can('imports:write')) return null
  const n = lines.read - lines.rejected
  const words =
    lines.created + lines.updated === 0
      ? say('run_unchanged')
      : lines.rejected > 0
        ? say('run_rejecting', { n, rejected: lines.rejected })
        : say('run', { n })
  return (
    <div className="pfoot">
      <Button onClick={() => setSearch({ step: 'match' })}>{say('back')}</Button>
      <span className="sp mut s12 hm">{say('all_or_nothing')}</span>
      <Button type="primary" loading={busy} onClick={() => act('run')}>
        {words}
      </Button>
    </div>
  )
}
