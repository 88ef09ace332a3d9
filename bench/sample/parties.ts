import { emailOf, TAG, type UnitKey, units, users } from '../../modules/sample/rules.people.ts'
import { chineseTeams as CHINESE, englishTeams as ENGLISH, people, type Someone, type Team } from './names.ts'
import type { Random } from './random.ts'

// The parties of the sample company: a customer for each one of the extract, and some dozens of every other market role.

const HEADERS = [
  'external_id',
  'name',
  'kind',
  'email',
  'phone',
  'address',
  'country',
  'city',
  'market_roles',
  'tags',
  'owner_email',
  'unit',
  'language',
  'channel_preference',
] as const
type Row = { readonly [K in (typeof HEADERS)[number]]: string }

const unitName = (key: UnitKey) => units.find((unit) => unit.key === key)!.name
const ENGINEERS = 20
// Of a hundred customers, how many are nobody's yet: the list of those is a first thing to try.
const UNOWNED = 8

const CUSTOMER_TAGS = {
  'zh-CN': ['节庆礼品', '家居', '花店', '企业采购', '月结', '可做案例'],
  en: ['Gift shop', 'Interiors', 'Florist', 'Hotel', 'Pays monthly', 'Reference'],
}
type Other = { role: string; n: number; person?: boolean; zh: readonly string[]; en: readonly string[] }
// `*`: the whole name after the city; `%` stands for an invented word.
const OTHERS: readonly Other[] = [
  {
    role: 'supplier',
    n: 36,
    zh: ['陶瓷', '包装', '印刷', '纺织', '玻璃制品', '香薰'],
    en: ['Ceramics', 'Packaging', 'Print', 'Textiles', 'Glass', 'Candles'],
  },
  {
    role: 'distributor',
    n: 30,
    zh: ['贸易', '供应链', '批发', '渠道管理'],
    en: ['Wholesale', 'Distribution', 'Agencies', 'Imports'],
  },
  {
    role: 'partner',
    n: 24,
    zh: ['物流', '设计', '广告', '信息技术'],
    en: ['Logistics', 'Design', 'Events', 'Media'],
  },
  {
    role: 'prospect',
    n: 60,
    zh: ['礼品', '酒店用品', '文创', '百货'],
    en: ['Gifts', 'Hotels', 'Interiors', 'Weddings'],
  },
  { role: 'competitor', n: 24, zh: ['礼品集团', '家居连锁'], en: ['Gift Group', 'Home Stores'] },
  {
    role: 'public_body',
    n: 24,
    zh: [
      '*示例区市场监督管理局',
      '*示例区商务局',
      '*示例海关',
      '*示例区税务局',
      '*示例行业协会',
      '*示例产品质量检验所',
      '*示例会展中心',
      '*示例开发区管委会',
    ],
    en: [
      '*% Borough Council (sample)',
      '*% Chamber of Commerce (sample)',
      '*% Trading Standards (sample)',
      '*% Port Authority (sample)',
    ],
  },
  { role: 'influencer', n: 24, person: true, zh: [], en: [] },
  { role: 'employee', n: 36, person: true, zh: [], en: [] },
  { role: 'recruit', n: 24, person: true, zh: [], en: [] },
]

const cell = (text: string) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)

const TYPOS = ['gmial.example', 'hotmial.example', 'yahooo.example', 'outlok.example']
/** By their place, and only customers: what data are like that people have typed for years. */
function blemished(row: Row, i: number): Row {
  if (i >= 1000) return row
  if (i % 23 === 7) return { ...row, email: row.email.replace(/@.*$/, `@${TYPOS[(i / 23) & 3]}`) }
  if (i % 29 === 11) return { ...row, email: '', phone: '', address: '', city: '' }
  if (i % 41 === 13 && row.address) return { ...row, country: '' }
  if (i === 402) return { ...row, name: '测试客户' }
  if (i === 603) return { ...row, name: 'Test 2' }
  if (i === 804) return { ...row, phone: '+86 100 0000 0000' }
  return i === 206 ? { ...row, phone: '+86 100 1234 5678' } : row
}

/** `countries`: ISO 3166 of each customer of the original; the Chinese half gets China instead. `large`: those are companies. */
export function partiesCsv(
  random: Random,
  countries: ReadonlyMap<string, string>,
  large: ReadonlySet<string>,
): string {
  const make = people(random)
  const rows: Row[] = []
  let at = 0
  const row = (
    external_id: string,
    who: Someone,
    team: Team,
    roles: string,
    extra: readonly string[],
    owner: string,
  ): Row => ({
    external_id,
    name: who.name,
    kind: who.kind,
    email: who.email,
    phone: who.phone,
    address: who.address,
    country: who.country,
    city: who.city,
    market_roles: roles,
    tags: [TAG, ...extra].join(';'),
    owner_email: owner,
    unit: unitName(team),
    language: who.language,
    channel_preference: random.pick(
      who.language === 'en'
        ? ['email', 'email', 'phone', 'post', '']
        : ['wechat', 'phone', 'visit', 'email', ''],
    ),
  })
  const ownerOf = (team: Team) =>
    emailOf(users.find((user) => user.role === 'relationship_manager' && user.unit === team)!.sign_in)

  const ids = random.shuffled([...countries.keys()])
  for (const [i, id] of ids.entries()) {
    const kind = random.below(100) < 50 || large.has(id) ? 'organisation' : 'person'
    const chinese = i % 2 === 0
    const team: Team = chinese ? random.pick(CHINESE) : random.pick(ENGLISH)
    const who = chinese
      ? make.chinese(team as (typeof CHINESE)[number], kind, ++at)
      : make.english(team as (typeof ENGLISH)[number], kind, ++at, countries.get(id)!)
    const extra = random.below(3) === 0 ? [random.pick(CUSTOMER_TAGS[who.language])] : []
    const owner = random.below(100) < UNOWNED ? '' : ownerOf(team)
    rows.push(
      row(
        id,
        who,
        team,
        kind === 'organisation' && random.below(40) === 0 ? 'customer;distributor' : 'customer',
        extra,
        owner,
      ),
    )
  }
  // The field engineer's own: customers of the Shanghai team.
  const shanghai = rows
    .map((one, i) => [one, i] as const)
    .filter(([one]) => one.unit === unitName('shanghai') && one.kind === 'organisation')
  for (const [one, i] of shanghai.slice(0, ENGINEERS)) rows[i] = { ...one, owner_email: emailOf('engineer') }

  for (const { role, n, person, zh, en } of OTHERS)
    for (let i = 0; i < n; i++) {
      const chinese = i % 2 === 0
      const kind = person ? 'person' : 'organisation'
      const team: Team = chinese ? CHINESE[(i / 2) % 3]! : ENGLISH[((i - 1) / 2) % 2]!
      const trade = chinese ? zh[(i / 2) % (zh.length || 1)] : en[((i - 1) / 2) % (en.length || 1)]
      const who = chinese
        ? make.chinese(team as (typeof CHINESE)[number], kind, ++at, trade)
        : make.english(team as (typeof ENGLISH)[number], kind, ++at, 'GB', trade)
      rows.push(
        row(
          `${role}-${i + 1}`,
          who,
          team,
          role,
          [],
          role === 'employee' || role === 'recruit' ? '' : ownerOf(team),
        ),
      )
    }
  return `${[HEADERS.join(','), ...rows.map(blemished).map((one) => HEADERS.map((header) => cell(one[header])).join(','))].join('\n')}\n`
}
