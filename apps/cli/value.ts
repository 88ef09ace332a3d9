import { createReadStream } from 'node:fs'
import type { Readable } from 'node:stream'
import type { Ctx } from '../../kernel/ctx.ts'
import { enqueue } from '../../kernel/job.ts'
import type { Progress } from '../../kernel/progress.ts'
import {
  formatMoney,
  formatNumber,
  type Locale,
  type Params,
  type Phrase,
  phrase,
} from '../../kernel/text.ts'
import { companyOf } from '../../modules/access/company.ts'
import type { Imported } from '../../modules/value/contract.customer.ts'
import { computeQuarter, missingQuarters } from '../../modules/value/engine/quarters.ts'
import { computeValue } from '../../modules/value/engine/run.ts'
import { afterRun } from '../../modules/value/jobs.ts'
import { importNeeds } from '../../modules/value/needs.ts'
import { findSnapshot } from '../../modules/value/read/basis.ts'
import { modelPage } from '../../modules/value/read/model.ts'
import { overview } from '../../modules/value/read/overview.ts'
import { LEAST, todayIn } from '../../modules/value/rules.ts'
import { importSpend } from '../../modules/value/spend.import.ts'
import { importSubscriptions } from '../../modules/value/subscriptions.ts'
import { text as valueWords } from '../../modules/value/text.ts'
import {
  type Command,
  command,
  Exit,
  explainRefusal,
  type Given,
  inHouse,
  text as option,
  print,
  usage,
} from './command.ts'
import { aligned } from './table.ts'
import { valueCli as text } from './value.text.ts'

const phases = valueWords as { readonly [key: string]: Phrase }

const STEPS = 20

/** What a run reports to a job's row, as a bar that redraws itself; in a log a line per phase. Always on stderr. */
function shownOn(locale: Locale): { progress: Progress; end(): void } {
  const terminal = process.stderr.isTTY
  let shown = ''
  let [done, total] = [0, 0]
  return {
    progress: {
      run_id: 0,
      report: async (state) => {
        done = state.done ?? done
        total = state.total ?? total
        const said = state.phase && phases[`phase.${state.phase}`]
        const phase = said ? phrase(said, locale) : (state.phase ?? '')
        const bar = '█'.repeat(Math.round((STEPS * done) / Math.max(1, total))).padEnd(STEPS, '░')
        if (terminal) process.stderr.write(`\r\x1b[2K${bar} ${phase}`)
        else if (phase !== shown) process.stderr.write(`${phase}\n`)
        shown = phase
      },
      check: () => {},
      keep: async () => {},
    },
    end: () => {
      if (terminal) process.stderr.write('\r\x1b[2K')
    },
  }
}

async function dayOf(ctx: Ctx, given: Given): Promise<string | null> {
  const day = option(given, 'as-of')
  if (day === undefined) return null
  const time = Date.parse(`${day}T00:00:00Z`)
  const { time_zone } = await companyOf(ctx)
  const real =
    /^\d{4}-\d\d-\d\d$/.test(day) && !Number.isNaN(time) && new Date(time).toISOString().startsWith(day)
  if (real && day <= todayIn(time_zone, ctx.now)) return day
  console.error(phrase(text.bad_day, given.locale, { day }))
  return ''
}

const compute = (kind: 'fit' | 'score'): Command =>
  command({
    takes: '',
    does: text[kind],
    options: { 'as-of': { takes: '<day>', does: text.as_of } },
    explain: (error) => explainRefusal(error),
    run: async (given) => {
      if (given.words.length > 0) return usage()
      return inHouse(given, async (ctx) => {
        const as_of = await dayOf(ctx, given)
        if (as_of === '') return Exit.usage
        const { progress, end } = shownOn(given.locale)
        const result = await computeValue({ ...ctx, progress }, { kind, because: 'asked', as_of })
        end()
        const { base_currency } = await companyOf(ctx)
        const equity =
          result.equity_minor === null ? '—' : formatMoney(result.equity_minor, base_currency, given.locale)
        const seconds = Math.round(result.seconds * 10) / 10
        print(
          given,
          { ...result, currency: base_currency },
          phrase(text.done, given.locale, { ...result, equity, seconds }),
        )
        await enqueue(ctx, afterRun, {})
        if (kind === 'fit' && as_of === null) await earlier(ctx, given.locale)
        return Exit.done
      })
    },
  })

/** Earlier quarters' ends: the server's to compute, where one runs; else here, after today's figures were told. */
async function earlier(ctx: Ctx, locale: Locale): Promise<void> {
  const days = await missingQuarters(ctx)
  if (days.length === 0) return
  const { rows } = await ctx.house.pool.query(
    `select from pg_stat_activity where datname = current_database() and application_name = 'guanxi worker' limit 1`,
  )
  if (rows.length > 0) {
    console.error(phrase(text.earlier, locale, { n: days.length }))
    return
  }
  const { progress, end } = shownOn(locale)
  for (const day of days) {
    await progress.report({ phase: phrase(text.progress_quarter, locale, { day }) })
    await computeQuarter(ctx, day)
  }
  end()
}

export const valueFit = compute('fit')
export const valueScore = compute('score')

export const valueReport = command({
  takes: '',
  does: text.report,
  options: { 'as-of': { takes: '<day>', does: text.as_of } },
  explain: (error) => explainRefusal(error),
  run: async (given) => {
    if (given.words.length > 0) return usage()
    return inHouse(given, async (ctx) => {
      const as_of = await dayOf(ctx, given)
      if (as_of === '') return Exit.usage
      if (!(await findSnapshot(ctx, as_of ?? undefined))) {
        console.error(phrase(text.none, given.locale))
        return Exit.failed
      }
      const seen = await overview(ctx, { query: as_of === null ? {} : { as_of } })
      const model = await modelPage(ctx, { query: {} })
      print(given, { overview: seen, model }, told(given.locale, seen, model))
      return Exit.done
    })
  },
})

type Seen = Awaited<ReturnType<typeof overview>>
type Model = Awaited<ReturnType<typeof modelPage>>

function told(locale: Locale, seen: Seen, model: Model): string {
  const say = (p: Phrase, params = {}) => phrase(p, locale, params)
  const money = (minor: number | null) => (minor === null ? '—' : formatMoney(minor, seen.currency, locale))
  const share = (value: number | null) =>
    value === null ? '—' : formatNumber(value, locale, { style: 'percent', maximumFractionDigits: 1 })
  if (seen.too_few)
    return say(text.too_few, { ...seen.data, as_of: seen.as_of, least: say(text.least, LEAST) })
  const { lower_minor, upper_minor, level } = seen.interval
  const { assumptions } = seen
  const rows: [string, string][] = [
    [say(text.equity), money(seen.equity_minor)],
    [say(text.interval, { level: share(level) }), `${money(lower_minor)} – ${money(upper_minor)}`],
    [say(text.customers), formatNumber(seen.customers, locale)],
    [say(text.core), formatNumber(seen.core_customers, locale)],
    [say(text.overdue), formatNumber(seen.overdue_customers, locale)],
    [say(text.at_risk), money(seen.at_risk_minor)],
    [say(text.model), `${model.model ?? '—'}  ${paramsOf(model)}`],
    [say(text.warnings), [...new Set(model.warnings.map(({ code }) => code))].join(', ') || '—'],
    [
      say(text.assumptions),
      say(text.assumed, {
        discount: share(assumptions.discount_rate),
        months: assumptions.horizon_months,
        margin: share(assumptions.margin_effective),
        returns: share(assumptions.return_share),
      }),
    ],
  ]
  return [...aligned(rows), ...holdOut(locale, model)].join('\n')
}

const paramsOf = ({ standard_errors }: Model): string =>
  standard_errors.map(({ name, value }) => `${name} ${Number(value.toPrecision(6))}`).join(', ')

function holdOut(locale: Locale, model: Model): string[] {
  if (!model.calibration) return []
  const number = (value: number, digits = 0) => formatNumber(value, locale, { maximumFractionDigits: digits })
  const rows = model.candidates.map(({ model: name, holdout, chosen }) =>
    holdout
      ? [
          name,
          number(holdout.predicted),
          number(holdout.actual),
          `${number(holdout.bias * 100, 1)} %`,
          number(holdout.mae, 4),
          number(holdout.rank_correlation, 3),
          chosen ? phrase(text.chosen, locale) : '',
        ]
      : [name, phrase(text.failed, locale)],
  )
  const { to, holdout_to } = model.calibration
  return [
    '',
    phrase(text.holdout, locale, { from: to, to: holdout_to }),
    ...aligned([phrase(text.holdout_head, locale).split('\t'), ...rows]),
  ]
}

type Taking = (ctx: Ctx, input: { stream: Readable }) => Promise<Imported>
const kinds: { readonly [kind: string]: Taking } = {
  spend: importSpend,
  needs: importNeeds,
  subscriptions: importSubscriptions,
}

export const valueImport = command({
  takes: '<spend|needs|subscriptions> <file>',
  does: text.import,
  options: {},
  explain: (error) => explainRefusal(error),
  run: async (given) => {
    const [kind, file] = given.words
    const take = kinds[kind ?? '']
    if (!take || !file || given.words.length > 2) return usage()
    return inHouse(given, async (ctx) => {
      const done = await take(ctx, { stream: createReadStream(file) })
      const told = phrase(text.imported, given.locale, { ...done, rejected: done.rejected.length })
      const why = done.rejected.map(({ line, code, details }) =>
        phrase(text.rejected, given.locale, {
          line,
          why: phases[code] ? phrase(phases[code], given.locale, details as Params) : code,
        }),
      )
      print(given, done, [told, ...why].join('\n'))
      return done.rejected.length > 0 ? Exit.partly : Exit.done
    })
  },
})
