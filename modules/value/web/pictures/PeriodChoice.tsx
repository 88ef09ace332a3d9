import { Choice, useText } from '../../../../apps/web/ui/index.ts'
import { periods } from '../../contract.shapes.ts'
import { text } from '../text.ts'

type Period = (typeof periods)[number]
export function PeriodChoice({ value, onPick }: { value: Period; onPick: (period: Period) => void }) {
  const say = useText(text)
  return (
    <Choice
      label={say('period')}
      value={value}
      options={periods.map((one) => ({ value: one, label: say(`period.${one}`) }))}
      onPick={(picked) => onPick(periods.find((one) => one === picked) ?? value)}
    >
      <button type="button" aria-label={`${say('period')}: ${say(`period.${value}`)}`}>
        {say(`period.${value}`)} ▾
      </button>
    </Choice>
  )
}
