import { exponentOf, formatMoney, formatNumber, formatTime } from '../../../../kernel/text.ts'
import { useLocale, useText, useZone } from '../state/locale.ts'
import { text } from '../text.ts'
import { Icon } from './Icon.tsx'

const Dash = () => <span className="mut">—</span>

/** A whole number by locale. No data is a dash, never 0. */
export function Count({ value }: { value: number | null | undefined }) {
  const locale = useLocale()
  return value === null || value === undefined ? <Dash /> : formatNumber(value, locale)
}

type MoneyProps = {
  minor: number | null | undefined
  currency: string | null | undefined
  bare?: boolean
  whole?: boolean
}
/** Minor units with their currency. `bare`: the unit stands in the column's header. `whole`: no fractions. */
export function Money({ minor, currency, bare = false, whole = false }: MoneyProps) {
  const locale = useLocale()
  if (minor === null || minor === undefined || !currency) return <Dash />
  const digits = whole ? { maximumFractionDigits: 0, minimumFractionDigits: 0 } : {}
  if (!bare) return <>{formatMoney(minor, currency, locale, digits)}</>
  const exponent = exponentOf(currency)
  const fixed = whole ? digits : { minimumFractionDigits: exponent, maximumFractionDigits: exponent }
  return <>{formatNumber(minor / 10 ** exponent, locale, fixed)}</>
}

/** The sign of a currency for a column's header: 元, £, $. */
export function useCurrencySign(): (currency: string) => string {
  const locale = useLocale()
  return (currency) => {
    if (currency === 'CNY' && locale === 'zh-CN') return '元'
    const parts = new Intl.NumberFormat(locale, {
      style: 'currency',
      currency,
      currencyDisplay: 'narrowSymbol',
    }).formatToParts(0)
    return parts.find((part) => part.type === 'currency')?.value ?? currency
  }
}

type WhenProps = { at: string | null | undefined; time?: boolean; full?: boolean }
/** `11-20` in Chinese, `20 Nov` in English; today by its word; another year says which. `time` adds the clock. */
export function When({ at, time = false, full = false }: WhenProps) {
  const locale = useLocale()
  const own = useZone()
  const say = useText(text)
  if (!at) return <Dash />
  // A date without a clock is the same day everywhere.
  const dateOnly = /^\d{4}-\d\d-\d\d$/.test(at)
  const zone = dateOnly ? 'UTC' : own
  const day = (iso: string, z: string) =>
    formatTime(iso, 'en', z, { year: 'numeric', month: '2-digit', day: '2-digit' })
  const now = new Date().toISOString()
  const clock =
    time && !dateOnly
      ? ` ${formatTime(at, locale, zone, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })}`
      : ''
  const title = formatTime(
    at,
    locale,
    zone,
    dateOnly ? { dateStyle: 'full' } : { dateStyle: 'full', timeStyle: 'medium' },
  )
  const shown = !full && day(at, zone) === day(now, own) ? say('today') : shortDay(at, zone, locale, full)
  return (
    <time dateTime={at} title={title}>
      {shown}
      {clock}
    </time>
  )
}

function shortDay(at: string, zone: string, locale: 'zh-CN' | 'en', full: boolean): string {
  const year = formatTime(at, 'en', zone, { year: 'numeric' })
  const thisYear = formatTime(new Date().toISOString(), 'en', zone, { year: 'numeric' })
  const other = full || year !== thisYear
  if (locale === 'en')
    return formatTime(at, 'en', zone, {
      day: 'numeric',
      month: 'short',
      ...(other ? { year: 'numeric' } : {}),
    })
  const month = formatTime(at, 'en', zone, { month: '2-digit' })
  const day = formatTime(at, 'en', zone, { day: '2-digit' })
  return `${other ? `${year}-` : ''}${month}-${day}`
}

/** A masked value, or none at all: either way it says that something is held back. */
export function Withheld({ value }: { value?: string | null }) {
  const say = useText(text)
  return (
    <span className="held" title={say('withheld_why')}>
      {value || say('withheld')}
      <Icon name="lock" />
    </span>
  )
}

type ProgressProps = {
  done: number
  /** Unknown while a stream is still being read. */
  total?: number | null
  /** Units a second. */
  rate?: number | null
  eta_ms?: number | null
  label?: string
  state?: 'waiting' | 'running' | 'done' | 'failed' | 'cancelled'
}
export function Progress({ done, total, rate, eta_ms, label, state = 'running' }: ProgressProps) {
  const locale = useLocale()
  const say = useText(text)
  const known = total ? Math.min(1, done / total) : undefined
  const share = known ?? (state === 'running' ? undefined : state === 'done' ? 1 : 0)
  const left = eta_ms === null || eta_ms === undefined || state !== 'running' ? undefined : eta(eta_ms / 1000)
  return (
    <div className={`prog ${state}`}>
      <div
        className={share === undefined ? 'bar open' : 'bar'}
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={total ?? undefined}
        aria-valuenow={done}
      >
        <b style={{ width: `${(share ?? 0.3) * 100}%` }} />
      </div>
      <div className="pl">
        <span className="b">
          {known === undefined
            ? ''
            : formatNumber(Math.floor(known * 100) / 100, locale, { style: 'percent' })}
        </span>
        <span>
          {formatNumber(done, locale)}
          {total ? ` / ${formatNumber(total, locale)}` : ''}
        </span>
        {state === 'running' && !!rate && <span>{say('rate', { n: Math.round(rate) })}</span>}
        {left && <span className="sp">{say(left[0], { n: left[1] })}</span>}
      </div>
    </div>
  )
}

function eta(seconds: number): ['eta_seconds' | 'eta_minutes' | 'eta_hours', number] {
  if (seconds < 90) return ['eta_seconds', Math.max(1, Math.round(seconds))]
  if (seconds < 90 * 60) return ['eta_minutes', Math.round(seconds / 60)]
  return ['eta_hours', Math.round(seconds / 3600)]
}
