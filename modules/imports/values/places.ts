/** Countries as files write them (Chinese, English, codes, old trade names) → ISO 3166 alpha-2. */

// Names that ICU does not have. Channel Islands, European Community and the like are no single ISO country: they stay words.
// biome-ignore format: a table reads better packed
const ALIASES: Record<string, string> = {
  eire: 'IE', 'republic of ireland': 'IE', uk: 'GB', 'great britain': 'GB', britain: 'GB', england: 'GB', scotland: 'GB',
  wales: 'GB', 'northern ireland': 'GB', usa: 'US', 'u.s.a.': 'US', 'u.s.': 'US', america: 'US', 'united states of america': 'US',
  rsa: 'ZA', uae: 'AE', holland: 'NL', 'the netherlands': 'NL', 'czech republic': 'CZ', korea: 'KR', 'south korea': 'KR',
  'republic of korea': 'KR', 'north korea': 'KP', russia: 'RU', 'russian federation': 'RU', vietnam: 'VN', 'viet nam': 'VN',
  'hong kong': 'HK', hongkong: 'HK', 'hong kong sar': 'HK', macau: 'MO', macao: 'MO', 'mainland china': 'CN', 'pr china': 'CN',
  'p.r. china': 'CN', 'p.r.china': 'CN', 'peoples republic of china': 'CN', prc: 'CN', turkey: 'TR', burma: 'MM',
  'ivory coast': 'CI', swaziland: 'SZ', macedonia: 'MK', laos: 'LA', syria: 'SY', 'taiwan, china': 'TW',
  中国大陆: 'CN', 大陆: 'CN', 中华人民共和国: 'CN', 内地: 'CN', 香港: 'HK', 中国香港: 'HK', 澳门: 'MO', 中国澳门: 'MO', 台湾: 'TW',
  中国台湾: 'TW', 臺灣: 'TW', 美利坚合众国: 'US', 大不列颠: 'GB', 英格兰: 'GB', 南韩: 'KR', 大韩民国: 'KR', 北朝鲜: 'KP', 阿联酋: 'AE', 俄国: 'RU',
  gbr: 'GB', chn: 'CN', hkg: 'HK', mac: 'MO', twn: 'TW', jpn: 'JP', kor: 'KR', sgp: 'SG', mys: 'MY', tha: 'TH', vnm: 'VN',
  idn: 'ID', phl: 'PH', ind: 'IN', aus: 'AU', nzl: 'NZ', can: 'CA', mex: 'MX', bra: 'BR', arg: 'AR', deu: 'DE', ger: 'DE',
  fra: 'FR', ita: 'IT', esp: 'ES', prt: 'PT', nld: 'NL', bel: 'BE', lux: 'LU', che: 'CH', aut: 'AT', irl: 'IE', dnk: 'DK',
  swe: 'SE', nor: 'NO', fin: 'FI', isl: 'IS', pol: 'PL', cze: 'CZ', hun: 'HU', grc: 'GR', tur: 'TR', rus: 'RU', ukr: 'UA',
  isr: 'IL', sau: 'SA', are: 'AE', egy: 'EG', zaf: 'ZA', nga: 'NG', ken: 'KE', pak: 'PK', bgd: 'BD', lka: 'LK', kaz: 'KZ',
}

// Codes that ICU names but ISO gives to no country.
const NOT_COUNTRIES = new Set([
  'EU',
  'EZ',
  'UN',
  'ZZ',
  'QO',
  'XA',
  'XB',
  'CP',
  'CQ',
  'DG',
  'EA',
  'IC',
  'AC',
  'TA',
])

let table: Map<string, string> | undefined

const key = (text: string) =>
  text.normalize('NFKC').trim().toLowerCase().replace(/[’']/g, '').replace(/\s+/g, ' ').replace(/^the /, '')

function countries(): Map<string, string> {
  if (table) return table
  const found = new Map<string, string>()
  const names = ['en', 'zh-CN', 'zh-TW'].flatMap((locale) =>
    (['long', 'short'] as const).map(
      (style) => new Intl.DisplayNames(locale, { type: 'region', fallback: 'none', style }),
    ),
  )
  for (let a = 65; a <= 90; a++) {
    for (let b = 65; b <= 90; b++) {
      const code = String.fromCharCode(a, b)
      if (NOT_COUNTRIES.has(code) || new Intl.Locale(`und-${code}`).region !== code) continue
      for (const display of names) {
        const name = display.of(code)
        if (!name || name === code) continue
        if (!found.has(key(name))) found.set(key(name), code)
        if (!found.has(key(code))) found.set(key(code), code)
      }
    }
  }
  for (const [name, code] of Object.entries(ALIASES)) found.set(key(name), code)
  table = found
  return found
}

/** undefined: not one ISO country (also `Unspecified`). */
export const countryCode = (text: string): string | undefined => countries().get(key(text))

/** Says that no country was given, in so many words. */
export const isUnspecified = (text: string): boolean =>
  /^(?:unspecified|unknown|n\/?a|none|null|-+|其他|其它|未知|未填|无|不详)$/i.test(
    text.normalize('NFKC').trim(),
  )
