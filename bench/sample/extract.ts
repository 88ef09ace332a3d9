import { createReadStream } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { constants, createGunzip, gzipSync } from 'node:zlib'
import { parse } from 'csv-parse'
import { CATEGORY } from '../../modules/sample/rules.people.ts'
import { partiesCsv } from './parties.ts'
import { random } from './random.ts'

// Makes modules/sample/data from the original "Online Retail" file, the same bytes each time:
//   node scripts/node24.mjs bench/sample/extract.ts <online_retail.csv.gz>

const SEED = 20_261_122
const CUSTOMERS = 1000
const OUT = join(import.meta.dirname, '../../modules/sample/data')

type Line = {
  InvoiceNo: string
  StockCode: string
  Description: string
  Quantity: string
  InvoiceDate: string
  UnitPrice: string
  CustomerID: string
  Country: string
}

const CODES: Readonly<Record<string, string>> = {
  'United Kingdom': 'GB',
  Germany: 'DE',
  France: 'FR',
  EIRE: 'IE',
  Spain: 'ES',
  Netherlands: 'NL',
  Belgium: 'BE',
  Switzerland: 'CH',
  Portugal: 'PT',
  Australia: 'AU',
  Norway: 'NO',
  Italy: 'IT',
  'Channel Islands': 'GB',
  Finland: 'FI',
  Cyprus: 'CY',
  Sweden: 'SE',
  Austria: 'AT',
  Denmark: 'DK',
  Japan: 'JP',
  Poland: 'PL',
  Israel: 'IL',
  USA: 'US',
  'Hong Kong': 'HK',
  Singapore: 'SG',
  Iceland: 'IS',
  Canada: 'CA',
  Greece: 'GR',
  Malta: 'MT',
  'United Arab Emirates': 'AE',
  RSA: 'ZA',
  Lebanon: 'LB',
  Lithuania: 'LT',
  Brazil: 'BR',
  'Czech Republic': 'CZ',
  Bahrain: 'BH',
  'Saudi Arabia': 'SA',
}
/** By the first word that the name holds; ours, the original has none. */
const CATEGORIES: readonly (readonly [words: RegExp, name: string])[] = [
  [/CHRISTMAS|ADVENT|SNOW|REINDEER|SANTA/, '圣诞 Christmas'],
  [/\bBAG\b|BAGS|SHOPPER|PURSE|LUGGAGE/, '袋包 Bags'],
  [/T-LIGHT|CANDLE|LANTERN|LIGHT|LAMP/, '灯烛 Lights and candles'],
  [
    /CAKE|MUG|CUP|TEA|COFFEE|BOWL|PLATE|JUG|KITCHEN|LUNCH|BAKING|SPOON|GLASS|BOTTLE|JAR\b|TIN/,
    '餐厨 Kitchen and table',
  ],
  [
    /CARD|PAPER|WRAP|NOTEBOOK|PENCIL|PEN\b|STICKER|TISSUE|TAPE|RIBBON|STATIONERY/,
    '纸品文具 Paper and stationery',
  ],
  [/NECKLACE|EARRING|BRACELET|RING\b|BROOCH|HAIR/, '饰品 Jewellery'],
  [/DOLL|TOY|GAME|CHILD|KIDS|PUPPET|JIGSAW|PLAY|DOMINO/, '玩具 Toys'],
  [/GARDEN|PLANT|FLOWER|WATERING|BIRD|HERB/, '园艺 Garden'],
  [
    /HEART|SIGN|FRAME|CLOCK|HOOK|DOOR|WALL|CUSHION|MIRROR|DECORATION|GARLAND|BUNTING|HANGING/,
    '家居装饰 Decoration',
  ],
]
const categoryOf = (name: string) =>
  `${CATEGORY} > ${CATEGORIES.find(([words]) => words.test(name))?.[1] ?? '其他 Other'}`
const isProduct = (code: string) => /^\d{5}/.test(code)
const cell = (text: string) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
const customerOf = (line: Line) => line.CustomerID.replace(/\.0$/, '')
const tidy = (text: string) => text.trim().replace(/\s+/g, ' ')

async function readAll(path: string): Promise<Line[]> {
  const parser = createReadStream(path)
    .pipe(createGunzip())
    .pipe(parse({ columns: true, bom: true }))
  const lines: Line[] = []
  for await (const line of parser as AsyncIterable<Line>) lines.push(line)
  return lines
}

/** Left out: no customer, no price, and a line that stands twice in the same invoice. */
function usable(lines: readonly Line[]): Line[] {
  const seen = new Set<string>()
  return lines.filter((line) => {
    if (line.CustomerID === '' || Number(line.UnitPrice) <= 0) return false
    const key = Object.values(line).join('\u001f')
    return !seen.has(key) && Boolean(seen.add(key))
  })
}

const ordersCsv = (lines: readonly Line[]) =>
  `${[
    'order_number,ordered_at,product_code,product_name,quantity,unit_price,customer_id',
    ...lines.map((line) =>
      [
        line.InvoiceNo,
        line.InvoiceDate,
        line.StockCode,
        isProduct(line.StockCode) ? '' : cell(tidy(line.Description)),
        line.Quantity,
        line.UnitPrice,
        customerOf(line),
      ].join(','),
    ),
  ].join('\n')}\n`

/** A product goes by the name that most of its lines have. */
function productsCsv(lines: readonly Line[]): string {
  const names = new Map<string, Map<string, number>>()
  for (const { StockCode, Description } of lines) {
    const name = tidy(Description)
    if (!isProduct(StockCode) || name === '') continue
    const counts = names.get(StockCode) ?? new Map<string, number>()
    names.set(StockCode, counts.set(name, (counts.get(name) ?? 0) + 1))
  }
  const rows = [...names]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([code, counts]) => {
      const [name] = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0]!
      return [code, name, categoryOf(name)].map(cell).join(',')
    })
  return `${['code,name,category', ...rows].join('\n')}\n`
}

async function write(name: string, text: string): Promise<void> {
  const bytes = gzipSync(text, { level: constants.Z_BEST_COMPRESSION })
  // The operating system's byte in the header: the same on every machine.
  bytes[9] = 255
  await writeFile(join(OUT, name), bytes)
  console.log(`${name}: ${text.split('\n').length - 2} rows, ${bytes.length} bytes`)
}

const [path] = process.argv.slice(2)
if (!path) {
  console.error('extract.ts <online_retail.csv.gz>')
  process.exit(2)
}
const lines = usable(await readAll(path))
const dice = random(SEED)
const all = [...new Set(lines.map(customerOf))].sort()
const chosen = new Set(dice.shuffled(all).slice(0, CUSTOMERS))
const extract = lines.filter((line) => chosen.has(customerOf(line)))
const countries = new Map(extract.map((line) => [customerOf(line), CODES[line.Country] ?? '']))
const spent = new Map<string, number>()
for (const line of extract)
  spent.set(
    customerOf(line),
    (spent.get(customerOf(line)) ?? 0) + Number(line.Quantity) * Number(line.UnitPrice),
  )
const large = new Set(
  [...spent]
    .sort((a, b) => b[1] - a[1])
    .slice(0, CUSTOMERS / 5)
    .map(([id]) => id),
)
await mkdir(OUT, { recursive: true })
await write('orders.csv.gz', ordersCsv(extract))
await write('products.csv.gz', productsCsv(extract))
await write('parties.csv.gz', partiesCsv(dice, countries, large))
