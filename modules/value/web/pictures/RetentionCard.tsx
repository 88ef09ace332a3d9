import { useQuery } from '@tanstack/react-query'
import { useContext } from 'react'
import { Go, KeyValues, type Search } from '../../../../apps/web/ui/index.ts'
import { useSay } from '../../../orders/web/say.ts'
import type { Retention } from '../../contract.shapes.ts'
import { dateOf, dayNumber } from '../../rules.ts'
import { Card, CardBones } from '../chart/Card.tsx'
import { BEHIND, Looking, Mark, Plot } from '../chart/Plot.tsx'
import type { Sheet } from '../chart/sheet.ts'
import { useFormats } from '../format.ts'
import { text } from '../text.ts'
import { valueApi } from '../valueApi.ts'
import { kept, type PictureProps } from './common.ts'

/** Whom five points more would be: buyers of the last span, those with most at risk first. */
const toKeep = (spans: Search): Search => ({ ...spans, sales: 'after', sort: '-at_risk_minor' })

/** The days that buyers are counted over, as the list behind takes them. */
function spansOf({ as_of, period_days: days }: Retention): Search {
  const to = dayNumber(as_of)
  return {
    from: dateOf(to - days + 1),
    to: as_of,
    before_from: dateOf(to - 2 * days + 1),
    before_to: dateOf(to - days),
  }
}

export function RetentionCard({ filter }: PictureProps) {
  const say = useSay(text)
  const as = useFormats()
  const looking = useContext(Looking)
  const { data } = useQuery({ ...valueApi.retention.query({ query: filter }), ...kept })
  if (!data) return <CardBones span={4} height={290} />
  const { currency, replacement, classic } = data
  const spans = spansOf(data)
  const points = as.number(data.points * 100, 1)
  const sheet: Sheet = {
    currency,
    columns: [
      { title: say('figure'), kind: 'text' },
      { title: '%', kind: 'share' },
      { title: currency, kind: 'money' },
    ],
    rows: [
      {
        key: 'retention',
        cells: [say('retention_now'), data.retention, null],
        to: { ...spans, sales: 'both' },
      },
      {
        key: 'not_kept',
        cells: [
          say('not_kept', { n: data.base_customers - data.kept_customers }),
          data.base_customers > 0 ? 1 - data.kept_customers / data.base_customers : null,
          null,
        ],
        to: { ...spans, sales: 'lost' },
      },
      { key: 'value', cells: [say('value_each'), null, data.value_minor], to: { ...spans, sales: 'after' } },
      { key: 'after', cells: [say('value_each_after'), null, data.value_after_minor] },
      { key: 'gain', cells: [say('gain_each'), data.change, data.gain_minor], to: toKeep(spans) },
      { key: 'low', cells: [`${say('classic')} ↓`, classic.low, null] },
      { key: 'high', cells: [`${say('classic')} ↑`, classic.high, null] },
      { key: 'replacement', cells: [say('replacement'), null, replacement?.total_minor ?? null] },
    ],
  }
  const none = data.too_few || data.retention === null || data.change === null
  return (
    <Card
      name="retention"
      title={
        none
          ? say('retention_finding_none')
          : say('retention_finding', {
              points,
              gain: as.brief(data.gain_minor, currency),
              change: as.signedShare(data.change ?? 0),
            })
      }
      sub={say('retention_sub', { low: as.share(classic.low), high: as.share(classic.high) })}
      define={say('define.retention')}
      span={4}
      as_of={data.as_of}
      sheet={sheet}
      {...(none ? { none: say('few_card') } : {})}
    >
      <Plot
        label={say('retention_sub', { low: as.share(classic.low), high: as.share(classic.high) })}
        height={78}
      >
        {(width) => <Claim data={data} width={width} />}
      </Plot>
      <KeyValues
        items={[
          [
            say('retention_now'),
            <span key="r">
              {as.share(data.retention, 1)}{' '}
              <span className="mut s12">
                {say('retention_of', {
                  base: data.base_customers,
                  kept: data.kept_customers,
                  days: data.period_days,
                })}
              </span>{' '}
              <Go to={BEHIND} search={{ ...looking, ...spans, sales: 'both' }} className="lnk s12">
                {say('kept_see')}
              </Go>
              {' · '}
              <Go to={BEHIND} search={{ ...looking, ...spans, sales: 'lost' }} className="lnk s12">
                {say('not_kept', { n: data.base_customers - data.kept_customers })}
              </Go>
            </span>,
          ],
          [
            say('value_each'),
            <span key="v">
              {as.money(data.value_minor, currency)} → {as.money(data.value_after_minor, currency)}{' '}
              <Go to={BEHIND} search={{ ...looking, ...toKeep(spans) }} className="lnk s12">
                {say('to_keep')}
              </Go>
            </span>,
          ],
          [
            say('replacement'),
            replacement && (
              <span key="c">
                {as.money(replacement.total_minor, currency)}{' '}
                <span className="mut s12">
                  {say('replacement_text', {
                    acquire: as.money(replacement.acquisition_minor, currency),
                    ramp: as.money(replacement.ramp_minor, currency),
                  })}
                </span>
              </span>
            ),
          ],
        ]}
      />
    </Card>
  )
}

function Claim({ data, width }: { data: Retention; width: number }) {
  const say = useSay(text)
  const as = useFormats()
  const ours = data.change ?? 0
  const end = Math.max(1, ours * 1.1)
  const x = (share: number) => 6 + (Math.max(0, share) / end) * (width - 12)
  const { low, high, source } = data.classic
  return (
    <>
      <path d={`M${x(0)} 46H${x(end)}`} stroke="var(--line-2)" />
      {[0, 0.25, 0.5, 0.75, 1].map((tick) => (
        <text
          key={tick}
          x={x(tick)}
          y={62}
          textAnchor={tick === 0 ? 'start' : tick === 1 && end === 1 ? 'end' : 'middle'}
        >
          {as.share(tick)}
        </text>
      ))}
      <Mark tip={`${say('classic')}\n${as.share(low)} – ${as.share(high)}\n${source}`}>
        <rect x={x(low)} y={36} width={x(high) - x(low)} height={12} fill="var(--c5)" fillOpacity={0.6} />
        <text x={x(high)} y={30} textAnchor="end">
          {say('classic')}
        </text>
      </Mark>
      <Mark tip={`${say('ours')}\n${as.signedShare(ours)}\n${say('to_keep')}`} to={toKeep(spansOf(data))}>
        <circle cx={x(ours)} cy={42} r={6} fill="var(--c1)" stroke="var(--surface)" strokeWidth={2} />
        <text
          x={Math.max(x(ours), 4)}
          y={16}
          textAnchor={x(ours) > width * 0.7 ? 'end' : x(ours) < 60 ? 'start' : 'middle'}
          className="h"
        >
          {`${say('ours')} ${as.signedShare(ours)}`}
        </text>
      </Mark>
    </>
  )
}
