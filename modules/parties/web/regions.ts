import type { Option } from '../../../apps/web/ui/index.ts'

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
// Withdrawn, reserved for others, or no country: ICU names them all the same.
const NOT_TODAY =
  /^(AC|AN|BU|CP|CQ|CS|DD|DG|DY|EA|EU|EZ|FX|HV|IC|NH|NT|QO|RH|SU|TA|TP|UK|UN|VD|X[A-Z]|Y[D|U]|Z[RZ])$/

/** ISO 3166 as ICU knows it; what has no name is none. */
export function allRegions(locale: string): Option[] {
  const names = new Intl.DisplayNames(locale, { type: 'region', fallback: 'none' })
  const codes = [...LETTERS].flatMap((a) => [...LETTERS].map((b) => a + b))
  const found = codes.flatMap((value) => {
    const label = NOT_TODAY.test(value) ? undefined : names.of(value)
    return label ? [{ value, label, note: value }] : []
  })
  return found.sort((a, b) => a.label.localeCompare(b.label, locale))
}
