import { resolve } from 'node:path'
import { phrase } from '../../kernel/text.ts'
import { importFile } from '../../modules/imports/file.ts'
import { encodings } from '../../modules/imports/reader/encodings.ts'
import { headerSaid } from '../../modules/imports/serving/detect.ts'
import { givenFile } from '../../modules/imports/serving/given.ts'
import { matchKeys, modes } from '../../modules/imports/targets.ts'
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
import { terminalProgress } from './progress.ts'
import { text } from './text.ts'

type Kind = 'orders' | 'parties' | 'products'
type Counts = { read: number; created: number; updated: number; unchanged: number; rejected: number }
type Report = Awaited<ReturnType<typeof importFile>>
const does = {
  orders: text.import_orders,
  parties: text.import_parties,
  products: text.import_products,
} as const

export const importKind = (kind: Kind): Command =>
  command({
    takes: '<file>',
    does: does[kind],
    options: {
      source: { takes: '<name>', does: text.import_source },
      zone: { takes: '<zone>', does: text.import_zone },
      currency: { takes: '<code>', does: text.import_currency },
      'whole-orders': { does: text.import_whole },
      encoding: { takes: '<name>', does: text.import_encoding },
      delimiter: { takes: '<character>', does: text.import_delimiter },
      sheet: { takes: '<name>', does: text.import_sheet },
      'header-rows': { takes: '<n>', does: text.import_header_rows },
      mode: { takes: '<mode>', does: text.import_mode },
      ...(kind === 'parties'
        ? {
            key: { takes: '<name>', does: text.import_key },
            'new-organisations': { does: text.import_organisations },
          }
        : {}),
      'dry-run': { does: text.import_dry },
    },
    explain: (error) => explainRefusal(error),
    run: async (given) => {
      const [file] = given.words
      if (!file || given.words.length > 1) return usage()
      const path = resolve(file)
      const wrong = wrongOption(given)
      if (wrong) {
        console.error(phrase(text.import_bad_option, given.locale, wrong))
        return Exit.usage
      }
      // Before a house is opened for it.
      await givenFile(path)
      return inHouse(given, async (ctx) => {
        const progress = terminalProgress(given.locale, '')
        const report = await importFile(ctx, {
          kind,
          path,
          dry_run: given.options['dry-run'] === true,
          onProgress: progress.at,
          onLink: (to) => console.error(phrase(text.import_link, given.locale, { path: file, to })),
          source: option(given, 'source') ?? 'file',
          options: {
            zone: option(given, 'zone'),
            currency: option(given, 'currency'),
            whole_orders: given.options['whole-orders'] === true,
            layout: {
              encoding: encodings.find((one) => one === option(given, 'encoding')?.toLowerCase()) ?? null,
              delimiter: delimiterOf(given) ?? null,
              sheet: option(given, 'sheet') ?? null,
              ...headerSaid(numberOf(option(given, 'header-rows'))),
            },
            run: {
              mode: modes.find((one) => one === option(given, 'mode')) ?? 'upsert',
              new_organisations: given.options['new-organisations'] === true,
              match_by: matchKeys.find((one) => one === option(given, 'key')) ?? 'id',
            },
          },
        })
        progress.end()
        print(given, report, told(given, report))
        return report.lines.rejected > 0 ? Exit.partly : Exit.done
      })
    },
  })

const numberOf = (said: string | undefined) => (said === undefined ? undefined : Number(said))

/** `\t` and `tab` are a tab: a shell hardly passes one on. */
const delimiterOf = (given: Given): string | undefined => {
  const said = option(given, 'delimiter')
  return said === '\\t' || said === 'tab' ? '\t' : said
}

function wrongOption(given: Given): { option: string; value: string; known: string } | undefined {
  const known = { encoding: encodings, mode: modes, key: matchKeys, 'header-rows': ['0', '1', '2'] }
  for (const [name, values] of Object.entries(known)) {
    const value = option(given, name)
    const said = name === 'encoding' ? value?.toLowerCase() : value
    if (said !== undefined && !(values as readonly string[]).includes(said))
      return { option: `--${name}`, value: value!, known: values.join(', ') }
  }
  return undefined
}

function told(given: Given, report: Report): string {
  const say = (key: keyof typeof text, params = {}) => phrase(text[key], given.locale, params)
  const head = ['', ...say('row_head').split('\t')]
  const row = (name: string, c: Counts | undefined) =>
    c
      ? [
          [
            name,
            ...[c.read, c.created, c.updated, c.unchanged, c.rejected].map((n) =>
              n.toLocaleString(given.locale),
            ),
          ],
        ]
      : []
  const rows = [
    head,
    ...row(say('row_lines'), report.lines),
    ...row(say('row_orders'), report.orders),
    ...row(say('row_parties'), report.parties),
    ...row(say('row_products'), report.products),
  ]
  // A Chinese character is two columns wide on a terminal.
  const wide = (cell: string) => [...cell].reduce((n, c) => n + (/[⺀-￯]/.test(c) ? 2 : 1), 0)
  const widths = head.map((_, i) => Math.max(...rows.map((r) => wide(r[i] ?? ''))))
  const table = rows.map((r) =>
    r
      .map((cell, i) =>
        i === 0 ? cell + ' '.repeat(widths[i]! - wide(cell)) : ' '.repeat(widths[i]! - wide(cell)) + cell,
      )
      .join('  '),
  )
  return [
    ...table,
    ...(report.sums?.net ? [say('net', { net: report.sums.net })] : []),
    ...(report.rejects_file
      ? [say('rejects_at', { n: report.lines.rejected, path: report.rejects_file })]
      : []),
    given.options['dry-run']
      ? say('import_dry_done')
      : say('import_done', { seconds: report.seconds, rate: Math.round(report.lines_per_s) }),
  ].join('\n')
}
