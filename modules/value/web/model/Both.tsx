import type { ReactNode } from 'react'
import { useSay } from '../../../orders/web/say.ts'
import type { ModelPage } from '../../contract.model.ts'
import { Card } from '../chart/Card.tsx'
import { Plot } from '../chart/Plot.tsx'
import type { Sheet } from '../chart/sheet.ts'
import { ticksOf } from '../format.ts'
import { text } from '../model.text.ts'

// What came and what was foreseen, in one colour each, over one ground: the pictures of the hold-out.

export const HEIGHT = 262
export const BASE = 232
export const ACTUAL = 'var(--c1)'
export const PREDICTED = 'var(--c2)'

type BothProps = {
  data: ModelPage
  name: 'deciles' | 'tracking'
  finding: string
  span: 4 | 8
  sheet: Sheet
  few: boolean
  children: (width: number) => ReactNode
}

export function Both({ data, name, finding, span, sheet, few, children }: BothProps) {
  const say = useSay(text)
  return (
    <Card
      name={name}
      title={finding}
      sub={say(`${name}_sub`)}
      define={say(`${name}_define`)}
      span={span}
      as_of={data.as_of}
      sheet={sheet}
      {...(few ? { none: say('verdict_few') } : {})}
    >
      <p className="vlegend">
        <span>
          <i style={{ background: ACTUAL }} />
          {say('actual')}
        </span>
        <span>
          <i style={{ background: PREDICTED }} />
          {say('predicted')}
        </span>
      </p>
      <Plot label={finding} height={HEIGHT}>
        {children}
      </Plot>
    </Card>
  )
}

/** The chosen model's hold-out. */
export const holdOutOf = (data: ModelPage) => data.candidates.find((one) => one.chosen)?.holdout

type GroundProps = {
  most: number
  y: (n: number) => number
  left: number
  right: number
  say: (tick: number) => string
}
export const Ground = ({ most, y, left, right, say }: GroundProps) =>
  ticksOf(0, most, 4).map((tick) => (
    <g key={tick}>
      <path d={`M${left} ${y(tick)}H${right}`} stroke={tick === 0 ? 'var(--line-2)' : 'var(--grid)'} />
      <text x={left - 5} y={y(tick) + 4} textAnchor="end">
        {say(tick)}
      </text>
    </g>
  ))
