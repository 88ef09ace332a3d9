import { useJoin, useLocale } from '../../../../apps/web/ui/index.ts'
import { formatNumber } from '../../../../kernel/text.ts'
import { useSay } from '../../../orders/web/say.ts'
import type { UndoPlan } from '../../contract.undo.ts'
import { text } from './text.ts'

export type Counted = Pick<UndoPlan, 'order' | 'party' | 'product' | 'category' | 'lines'>
export type Part = 'removed' | 'created' | 'changed' | 'left'

/** “25,900 orders (541,909 lines), 4,372 customers”; empty where there is nothing of that kind. */
export function useCounted(): (counted: Counted, part: Part) => string {
  const say = useSay(text)
  const join = useJoin()
  const locale = useLocale()
  return (counted, part) => {
    const n = (count: number) => formatNumber(count, locale)
    const whole = part === 'removed' || part === 'created'
    const said = [
      counted.order[part] > 0 &&
        (whole
          ? say('orders_lines', { n: n(counted.order[part]), lines: n(counted.lines) })
          : say('orders_n', { n: n(counted.order[part]) })),
      counted.party[part] > 0 && say('parties_n', { n: n(counted.party[part]) }),
      counted.product[part] > 0 && say('products_n', { n: n(counted.product[part]) }),
      counted.category[part] > 0 && say('categories_n', { n: n(counted.category[part]) }),
    ].filter((one) => one !== false)
    return join(said)
  }
}
