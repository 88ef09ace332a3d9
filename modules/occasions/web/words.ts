import { useLocale, useText } from '../../../apps/web/ui/index.ts'
import { formatTime } from '../../../kernel/text.ts'
import type { Occasion } from '../contract.ts'
import { lunarEn, lunarZh } from '../rules.ts'
import { text } from './text.ts'

type Told = Pick<
  Occasion,
  'kind' | 'label' | 'calendar' | 'month' | 'day' | 'leap' | 'next' | 'year' | 'solar'
>

/** How a date is told in the reader's language. */
export function useDates() {
  const say = useText(text)
  const locale = useLocale()
  const zh = locale === 'zh-CN'
  const day = (on: string, year = false) =>
    formatTime(on, locale, 'UTC', {
      month: zh ? 'long' : 'short',
      day: 'numeric',
      ...(year ? { year: 'numeric' } : {}),
    })
  const lunar = (one: { month: number; day: number; leap: boolean }) => (zh ? lunarZh(one) : lunarEn(one))
  const name = ({ kind, label }: Pick<Told, 'kind' | 'label'>) => label || say(kind)
  const left = ({ days }: Told['next']) =>
    days === 0 ? say('today') : days === 1 ? say('tomorrow') : say('in_days', { n: days })
  const years = ({ kind, next }: Told) =>
    next.years === null
      ? ''
      : next.years === 0
        ? say('first')
        : say(kind === 'birthday' ? 'age' : 'anniversary', { n: next.years })
  /** 农历八月十五 · 今年 9 月 25 日, whichever of the two is its own. */
  const both = ({ next }: Told, today: string) => {
    const year = Number(next.on.slice(0, 4)) - Number(today.slice(0, 4))
    const when = year === 0 ? say('this_year') : year === 1 ? say('next_year') : next.on.slice(0, 4)
    return say('next_on', { lunar: lunar(next.lunar), when, day: day(next.on) })
  }
  const moved = ({ next }: Told) => (next.moved ? say(`moved_${next.moved}`) : '')
  return { say, day, lunar, name, left, years, both, moved }
}
