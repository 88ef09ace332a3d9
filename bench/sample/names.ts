import type { Random } from './random.ts'

// Invented names and contacts. Telephone numbers are of blocks that nobody has: Ofcom's ranges for drama in the UK; in
// China local numbers that begin with 0 and the mobile block 100. Mail goes nowhere: `.example` and example.com (RFC 2606).

const words = (text: string) => text.trim().split(/\s+/)

const SURNAMES = words(
  '王 李 张 刘 陈 杨 赵 黄 周 吴 徐 孙 胡 朱 高 林 何 郭 马 罗 梁 宋 郑 谢 韩 唐 冯 于 董 萧 程 曹 袁 邓 许 傅 沈 曾 彭 吕 苏 卢 蒋 蔡 贾 丁 魏 薛 叶 阎 余 潘 杜 戴 夏 钟 汪 田 任 姜',
)
const GIVEN = words(
  '伟 芳 娜 敏 静 丽 强 磊 军 洋 勇 艳 杰 娟 涛 明 超 霞 平 刚 文博 雨欣 子涵 思琪 浩然 梓萱 嘉怡 俊熙 诗涵 雅婷 志远 晓东 建国 海燕 雪梅 春梅 玉兰 国强 丽华 文静 佳琪 天宇 一鸣 若曦 思源 书瑶 景行 清越 语桐 知远',
)
export const chineseTeams = ['shanghai', 'hangzhou', 'shenzhen'] as const
export const englishTeams = ['london', 'manchester'] as const
type City = readonly [name: string, area: string, short: string]
const CITIES: Readonly<Record<(typeof chineseTeams)[number], readonly City[]>> = {
  shanghai: [
    ['上海', '021', 'shanghai'],
    ['苏州', '0512', 'suzhou'],
    ['南京', '025', 'nanjing'],
    ['无锡', '0510', 'wuxi'],
  ],
  hangzhou: [
    ['杭州', '0571', 'hangzhou'],
    ['宁波', '0574', 'ningbo'],
    ['义乌', '0579', 'yiwu'],
    ['绍兴', '0575', 'shaoxing'],
  ],
  shenzhen: [
    ['深圳', '0755', 'shenzhen'],
    ['广州', '020', 'guangzhou'],
    ['佛山', '0757', 'foshan'],
    ['厦门', '0592', 'xiamen'],
  ],
}
const BRAND_A = words(
  '云 林 海 星 青 锦 和 远 嘉 瑞 安 悦 晨 朗 素 禾 溪 松 竹 兰 知 言 拾 初 木 花 光 月 山 泽',
)
const BRAND_B = words(
  '溪 禾 屿 川 舟 里 物 间 集 庭 屋 语 研 作 造 颂 来 上 成 丰 合 泰 越 达 润 宁 晟 博 启 诚',
)
const TRADES = words(
  '礼品 家居用品 文创 商贸 花艺 百货 餐饮管理 酒店用品 电子商务 工艺品 日用品 文具 婚庆用品 烘焙用品 节庆用品',
)
const FORMS = words('有限公司 有限公司 有限公司 商行 经营部 工作室')
const ROADS = words('春和路 望江路 云栖路 锦绣大道 梧桐街 青石巷 观澜路 听雨路 明月路 长亭街')

const FIRST = words(
  'Alice Amelia Arthur Beatrice Benjamin Charlotte Clara Edward Eliza Emily Florence Frances George Harriet Henry Hugh Isobel Jack James Jane Joseph Kate Laura Lewis Louisa Lucy Mabel Martha Matthew Nancy Nathan Oliver Oscar Patrick Peter Rachel Robert Rosa Ruth Samuel Sarah Simon Stella Susan Theodore Ursula Victor Violet Walter William',
)
const LAST = words(
  'Abbott Ainsley Barlow Bennett Blythe Booth Brooke Carver Chandler Colby Cooper Dawson Denby Ellery Fairfax Farrow Fenwick Fletcher Garland Greaves Hadley Hargrove Hawthorn Holt Ingham Jessop Kendal Kirby Lacey Langley Lockwood Mercer Merriman Nettleton Norwood Orchard Penrose Pickering Quill Radley Ripley Selby Shaw Tansley Thorne Underhill Vickers Wainwright Weston Yardley',
)
const SHOP_A = words(
  'Foxglove Harbour Willow Copper Saffron Juniper Maple Bluebell Pebble Lantern Thistle Meadow Clover Primrose Heron Marigold Sparrow Velvet Bramble Tulip Cedar Ivory Linen Orchard Wren',
)
const SHOP_B = words(
  'Finch Lane & Thread Yard House Corner & Pike Row & Vale Mill Barn Court & Hart Gate & Bell Loft Green & Moss Wharf',
)
  .join(' ')
  .replace(/& /g, '&_')
  .split(' ')
  .map((one) => one.replace('&_', '& '))
const SHOP_C = [
  'Gifts',
  'Interiors',
  'Homeware',
  'Trading',
  'Florists',
  'Stationers',
  'Living',
  'Cafés',
  'Weddings',
  'Hotels',
  'Bakehouse',
  'Crafts',
]
const SHOP_D = ['Ltd', 'Ltd', 'Ltd', 'LLP', '& Co']
const STREETS = words('Larkspur Millbrook Tanner Chapel Foundry Orchard Weaver Quarry Beacon Priory')
const UK: Readonly<Record<(typeof englishTeams)[number], readonly City[]>> = {
  london: [
    ['London', '20 7946 0', 'N1'],
    ['Bristol', '117 496 0', 'BS1'],
    ['Cardiff', '29 2018 0', 'CF10'],
  ],
  manchester: [
    ['Manchester', '161 496 0', 'M1'],
    ['Leeds', '113 496 0', 'LS1'],
    ['Edinburgh', '131 496 0', 'EH1'],
  ],
}

export type Team = (typeof chineseTeams)[number] | (typeof englishTeams)[number]
export type Someone = {
  name: string
  kind: 'person' | 'organisation'
  email: string
  phone: string
  address: string
  city: string
  country: string
  language: 'zh-CN' | 'en'
}

const digits = (n: number, length: number) => String(n).padStart(length, '0')

/** Each name is given once; `at` numbers mail and telephone, so that no two share one. */
export function people(random: Random) {
  const given = new Set<string>()
  const once = (make: () => string): string => {
    for (;;) {
      const name = make()
      if (given.has(name)) continue
      given.add(name)
      return name
    }
  }
  const { pick, below } = random
  return {
    chinese(team: (typeof chineseTeams)[number], kind: Someone['kind'], at: number, trade?: string): Someone {
      const [city, area, pinyin] = pick(CITIES[team])
      const name = once(() =>
        kind === 'person'
          ? pick(SURNAMES) + pick(GIVEN)
          : trade?.startsWith('*')
            ? city + trade.slice(1)
            : `${city}${pick(BRAND_A)}${pick(BRAND_B)}${trade ?? pick(TRADES)}${pick(FORMS)}`,
      )
      const phone =
        kind === 'person'
          ? `+86 100 ${digits(at, 4)} ${digits(below(10_000), 4)}`
          : `+86 ${area.slice(1)} 0${digits(at, 3).slice(-3)} ${digits(at, 4)}`
      return {
        name,
        kind,
        email: `${kind === 'person' ? 'kehu' : 'lianxi'}${at}@${pinyin}.example`,
        phone,
        address: `${city}市${pick(ROADS)} ${1 + below(300)} 号`,
        city,
        country: 'CN',
        language: 'zh-CN',
      }
    },
    english(
      team: (typeof englishTeams)[number],
      kind: Someone['kind'],
      at: number,
      country: string,
      trade?: string,
    ): Someone {
      const [city, area, code] = pick(UK[team])
      const name = once(() =>
        kind === 'person'
          ? `${pick(FIRST)} ${pick(LAST)}`
          : trade?.startsWith('*')
            ? trade.slice(1).replace('%', pick(SHOP_A))
            : `${pick(SHOP_A)} ${pick(SHOP_B)} ${trade ?? pick(SHOP_C)} ${pick(SHOP_D)}`,
      )
      const slug = name
        .toLowerCase()
        .normalize('NFD')
        .replace(/[^a-z]+/g, '.')
        .replace(/^\.|\.$/g, '')
      // A thousand numbers of each block; a second thousand people share a mobile block with those of a landline.
      const phone =
        kind === 'person' && at < 1000 ? `+44 7700 900${digits(at, 3)}` : `+44 ${area}${digits(at % 1000, 3)}`
      return {
        name,
        kind,
        email: `${slug}.${at}@example.${kind === 'person' ? 'com' : 'org'}`,
        phone: country === 'GB' ? phone : '',
        address: country === 'GB' ? `${1 + below(180)} ${pick(STREETS)} Street, ${city} ${code} 0AA` : '',
        city: country === 'GB' ? city : '',
        country,
        language: 'en',
      }
    },
  }
}
