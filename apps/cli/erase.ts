import { formatNumber, phrase } from '../../kernel/text.ts'
import { grounds, type Part } from '../../modules/erasure/contract.ts'
import { eraseParty, previewOf } from '../../modules/erasure/erase.ts'
import { keepersOf } from '../../modules/erasure/traces.ts'
import { modules } from '../../modules/index.ts'
import { command, Exit, explainRefusal, type Given, inHouse, print, text, usage } from './command.ts'
import { eraseText as t } from './erase.text.ts'

/** Without the name typed it only tells what would happen. */
export const erase = command({
  takes: '<party id>',
  does: t.erase,
  options: {
    confirm: { takes: '<name>', does: t.confirm },
    ground: { takes: '<ground>', does: t.ground },
    reference: { takes: '<text>', does: t.reference },
  },
  explain: explainRefusal,
  run: async (given) => {
    const [word] = given.words
    if (!word || !/^\d{1,15}$/.test(word) || given.words.length > 1) usage()
    const said = text(given, 'ground') ?? 'request'
    const ground = grounds.find((one) => one === said) ?? usage()
    const params = { id: Number(word) }
    const confirm = text(given, 'confirm')
    return inHouse(given, async (ctx) => {
      const keepers = keepersOf(modules)
      if (confirm === undefined) {
        const preview = await previewOf(keepers, ctx, { params })
        const head = phrase(t.preview, given.locale, { name: preview.party.name })
        print(given, preview, [head, ...linesOf(given, preview.parts)].join('\n'))
        return Exit.done
      }
      const body = { confirm, ground, reference: text(given, 'reference') ?? '' }
      const done = await eraseParty(keepers, ctx, { params, body })
      const head = phrase(t.done, given.locale, { id: String(done.party_id) })
      print(given, done, [head, ...linesOf(given, done.parts)].join('\n'))
      return Exit.done
    })
  },
})

const linesOf = ({ locale }: Given, parts: readonly Part[]): string[] =>
  parts.map(
    ({ fate, count, label, because }) =>
      `  ${phrase(t[fate], locale)}  ${formatNumber(count, locale)}  ${label}${because ? `  (${because})` : ''}`,
  )
