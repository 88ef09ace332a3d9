// Pure, and safe in the browser: how a day of the year is named. The calendar itself is computed by the server
// (calendar.ts).

export const occasionKinds = ['birthday', 'wedding', 'founding', 'first_cooperation', 'other'] as const
export type OccasionKind = (typeof occasionKinds)[number]
export const calendars = ['solar', 'lunar'] as const

export type LunarDate = { year: number; month: number; day: number; leap: boolean }
/** Once a year: a month and a day in one of the calendars, since a year or since nobody knows when. */
export type Yearly = {
  calendar: (typeof calendars)[number]
  year: number | null
  month: number
  day: number
  leap: boolean
}

const LUNAR = 2000
const LEAP = 4000
/** Month and day as one number: solar 101 to 1231, lunar from 2101, leap months from 4101. */
export const slotOf = ({ calendar, month, day, leap }: Omit<Yearly, 'year'>): number =>
  (calendar === 'solar' ? 0 : leap ? LEAP : LUNAR) + month * 100 + day

const MONTHS = ['正', '二', '三', '四', '五', '六', '七', '八', '九', '十', '冬', '腊']
const DIGITS = ['十', '一', '二', '三', '四', '五', '六', '七', '八', '九']
function dayZh(day: number): string {
  if (day === 10) return '初十'
  if (day === 20) return '二十'
  if (day === 30) return '三十'
  return `${['初', '十', '廿'][Math.floor(day / 10)]}${DIGITS[day % 10]}`
}

/** 农历闰六月初三; the 3rd of the leap 6th lunar month. */
export const lunarZh = ({ month, day, leap }: Omit<LunarDate, 'year'>): string =>
  `农历${leap ? '闰' : ''}${MONTHS[month - 1]}月${dayZh(day)}`
export const lunarEn = ({ month, day, leap }: Omit<LunarDate, 'year'>): string =>
  `${ordinal(day)} of the ${leap ? 'leap ' : ''}${ordinal(month)} lunar month`

function ordinal(n: number): string {
  const teen = n % 100 > 10 && n % 100 < 14
  return `${n}${(!teen && { 1: 'st', 2: 'nd', 3: 'rd' }[n % 10]) || 'th'}`
}

/** 八月十五, as it stands in a list of choices. */
export const lunarMonthZh = (month: number): string => `${MONTHS[month - 1]}月`
export const lunarDayZh = dayZh
export const ordinalEn = ordinal
