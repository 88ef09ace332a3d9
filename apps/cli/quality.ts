import type { Ctx } from '../../kernel/ctx.ts'
import { formatNumber, type Locale, phrase } from '../../kernel/text.ts'
import { sweepAll } from '../../modules/quality/jobs.ts'
import { overview } from '../../modules/quality/read/overview.ts'
import { text as words } from '../../modules/quality/text.ts'
import { command, Exit, explainRefusal, inHouse, print, usage } from './command.ts'
import { qualityCli as text } from './quality.text.ts'

const number = (value: number | null, locale: Locale): string =>
  value === null ? '—' : formatNumber(value, locale, { maximumFractionDigits: 1 })

const read = (ctx: Ctx) => overview(ctx, { params: {}, query: {}, body: undefined })

export const qualityReport = command({
  takes: '',
  does: text.report,
  options: {},
  explain: (error) => explainRefusal(error),
  run: async (given) => {
    if (given.words.length > 0) return usage()
    return inHouse(given, async (ctx) => {
      const found = await read(ctx)
      const { locale } = given
      const line = (name: string, n: number) => `${formatNumber(n, locale).padStart(12)}  ${name}`
      const lines =
        found.parties === 0
          ? [phrase(text.none, locale)]
          : [
              phrase(text.head, locale, {
                parties: found.parties,
                score: number(found.score, locale),
                completeness: number(found.completeness, locale),
                validity: number(found.validity, locale),
                freshness: number(found.freshness, locale),
              }),
              ...found.bands.map(({ band, parties }) => line(phrase(words[`band.${band}`], locale), parties)),
              '',
              ...found.reasons
                .filter(({ parties }) => parties > 0)
                .map(({ name, parties }) => line(name, parties)),
            ]
      if (found.waiting) lines.push(phrase(text.waiting, locale))
      print(given, found, lines.join('\n'))
      return Exit.done
    })
  },
})

export const qualitySweep = command({
  takes: '',
  does: text.sweep,
  options: {},
  explain: (error) => explainRefusal(error),
  run: async (given) => {
    if (given.words.length > 0) return usage()
    return inHouse(given, async (ctx) => {
      const began = Date.now()
      const parties = await sweepAll(ctx)
      const seconds = Math.round((Date.now() - began) / 100) / 10
      print(given, { parties, seconds }, phrase(text.swept, given.locale, { parties, seconds }))
      return Exit.done
    })
  },
})
