import { formatNumber, formatTime, phrase } from '../../kernel/text.ts'
import type { UndoPlan } from '../../modules/imports/contract.undo.ts'
import { previewCommand, undoCommand } from '../../modules/imports/undoing/command.ts'
import { type Command, command, Exit, explainRefusal, type Given, inHouse, print, usage } from './command.ts'
import { text } from './undo.text.ts'

type Direction = 'undo' | 'redo'
const subjects = ['order', 'party', 'product', 'category'] as const
const parts = ['removed', 'created', 'changed', 'left'] as const
type Counted = Pick<UndoPlan, (typeof subjects)[number]>

/** `guanxi import undo <id>`: with `--preview` it only tells. Exit 3: rows that were touched since have stayed. */
export const turnImport = (direction: Direction): Command =>
  command({
    takes: '<id>',
    does: text[direction],
    options: { preview: { does: text.preview } },
    explain: (error) => explainRefusal(error),
    run: async (given) => {
      const [word] = given.words
      if (!word || !/^\d{1,15}$/.test(word) || given.words.length > 1) return usage()
      const id = Number(word)
      return inHouse(given, async (ctx) => {
        const plan = await previewCommand(ctx, id, direction)
        if (given.options['preview'] === true) {
          print(
            given,
            plan,
            [...told(given, plan), ...leftOf(given, plan), say(given, 'nothing_yet')].join('\n'),
          )
          return plan.possible ? Exit.done : Exit.failed
        }
        const report = await undoCommand(ctx, id, direction, (phase) => process.stderr.write(`${phase}\n`))
        const { left, left_total, left_withheld } = plan
        const seconds = formatNumber(report.seconds, given.locale, { maximumFractionDigits: 1 })
        const lines = [
          ...told(given, report),
          ...leftOf(given, plan),
          ...(report.rejects > 0 && direction === 'undo'
            ? [say(given, 'rejects', { n: report.rejects })]
            : []),
          ...(report.base ? [say(given, 'base', { base: report.base })] : []),
          say(given, direction === 'undo' ? 'undone' : 'redone', { seconds }),
        ]
        print(given, { ...report, left, left_total, left_withheld }, lines.join('\n'))
        return left_total > 0 ? Exit.partly : Exit.done
      })
    },
  })

const say = (given: Given, key: keyof typeof text, params = {}): string =>
  phrase(text[key], given.locale, params)

/** `orders: 25,900 removed · 12 left`; what is nothing is not said. */
function told(given: Given, counted: Counted): string[] {
  return subjects.flatMap((subject) => {
    const said = parts
      .filter((part) => counted[subject][part] > 0)
      .map((part) => say(given, part, { n: formatNumber(counted[subject][part], given.locale) }))
    return said.length === 0
      ? []
      : [say(given, 'of', { subject: say(given, subject), said: said.join(' · ') })]
  })
}

// Rows that a terminal shows; the page has them all as a file.
const SHOWN = 20
function leftOf(given: Given, { left, left_total, why_not }: UndoPlan): string[] {
  const shown = left.slice(0, SHOWN).map((row) => {
    const at = row.at && formatTime(row.at, given.locale, 'UTC', { dateStyle: 'medium', timeStyle: 'short' })
    const by = [row.who, at && `${at} UTC`, row.import?.file_name].filter(Boolean).join(', ')
    return `  ${say(given, row.subject)} ${row.key ?? row.id} ${row.name}: ${row.message}${by ? ` (${by})` : ''}`
  })
  const more = left_total - shown.length
  return [
    ...(left_total > 0 ? [say(given, 'left_rows', { n: left_total }), ...shown] : []),
    ...(more > 0 ? [say(given, 'more', { n: more })] : []),
    ...(why_not ? [why_not.message] : []),
  ]
}
