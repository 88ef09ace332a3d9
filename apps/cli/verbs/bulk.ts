import type { Ctx } from '../../../kernel/ctx.ts'
import { type Phrase, phrase } from '../../../kernel/text.ts'
import { meantBy } from '../../../modules/imports/rows/parties.fields.ts'
import { defaultOptions } from '../../../modules/imports/targets.ts'
import { type Bulk, type BulkAction, type BulkPreview, parties } from '../../../modules/parties/contract.ts'
import { fieldsSeen } from '../../../modules/parties/fields/catalogue.ts'
import { command, Exit, type Given, print, usage } from '../command.ts'
import { acting, call, explainCall } from './call.ts'
import { Chosen, chosen } from './chosen.ts'
import { followed } from './run.ts'
import { verbText as t } from './text.ts'
import { As, flag, idOf, option, personOf } from './verb.ts'

// Many customers at once, by the same service as the list's selection: looked at, done with progress, taken back.

const say = (ctx: Ctx, key: keyof typeof t, params = {}) => phrase(t[key], ctx.locale, params)

type Doing = {
  does: Phrase
  takes: string
  /** how many words; -1: one or more */
  words: number
  action: (ctx: Ctx, words: string[]) => BulkAction | Promise<BulkAction>
}

const bulk = ({ does, takes, words, action }: Doing) =>
  command({
    takes: [takes, '--filter …'].filter(Boolean).join(' '),
    does,
    options: {
      ...Chosen,
      expect: { takes: '<n>', does: t.expect },
      'dry-run': { does: t.dry_run },
      ...As,
    },
    explain: explainCall,
    run: (given) => {
      if (words < 0 ? given.words.length === 0 : given.words.length !== words) return usage()
      return acting(given, async (ctx) => {
        const expected = option(given, 'expect')
        const body = {
          selection: {
            ...(await chosen(ctx, given)),
            ...(expected === undefined ? {} : { expected_count: Number(expected) }),
          },
          action: await action(ctx, given.words),
        }
        if (flag(given, 'dry-run')) {
          const { selection, ...rest } = body
          const { expected_count: _told, ...selected } = selection
          const seen = await call(ctx, parties.bulkPreview, { body: { ...rest, selection: selected } })
          print(given, seen, previewed(ctx, seen))
          return Exit.done
        }
        return finish(ctx, given, await call(ctx, parties.bulk, { body }))
      })
    },
  })

function previewed(ctx: Ctx, { reasons, ...counts }: BulkPreview): string {
  const why = reasons.map(({ message, count }) => `  ${message}: ${count}`)
  return [say(ctx, 'bulk_would', counts), ...why, say(ctx, 'nothing_yet')].join('\n')
}

/** Exit 3: some could not be changed, and are named. */
async function finish(ctx: Ctx, given: Given, started: { id: number; run_id: number }): Promise<number> {
  await followed(ctx, started.run_id)
  return report(ctx, given, started.id)
}

async function report(ctx: Ctx, given: Given, bulk_id: number): Promise<number> {
  const found = await call(ctx, parties.bulkGet, { params: { bulk_id } })
  print(given, found, told(ctx, found))
  if (found.state === 'failed') return Exit.failed
  return found.refused + found.gone > 0 || found.state === 'cancelled' ? Exit.partly : Exit.done
}

// Rows that a terminal shows; the page and --json have more.
const SHOWN = 20
function told(ctx: Ctx, found: Bulk): string {
  const left = found.left.slice(0, SHOWN).map(({ id, name, message }) => `  ${id} ${name}: ${message}`)
  const { next, why_not } = found.undo
  return [
    found.error?.message ?? say(ctx, `bulk_${found.state}`, found),
    ...left,
    next ? say(ctx, 'bulk_next', { next, id: String(found.id) }) : (why_not ?? ''),
  ]
    .filter(Boolean)
    .join('\n')
}

export const bulkAssign = bulk({
  does: t.bulk_assign,
  takes: '<e-mail|none>',
  words: 1,
  action: async (ctx, [who = '']) => ({
    do: 'assign',
    owner_id: who === 'none' ? null : Number(await personOf(ctx, who)),
  }),
})
const tagging = (does: 'add_tags' | 'remove_tags', words: Phrase) =>
  bulk({ does: words, takes: '<tag>…', words: -1, action: (_ctx, tags) => ({ do: does, tags }) })
export const bulkTag = tagging('add_tags', t.bulk_tag)
export const bulkUntag = tagging('remove_tags', t.bulk_untag)
export const bulkTrash = bulk({ does: t.bulk_trash, takes: '', words: 0, action: () => ({ do: 'trash' }) })
export const bulkRestore = bulk({
  does: t.bulk_restore,
  takes: '',
  words: 0,
  action: () => ({ do: 'restore' }),
})

/** A field of one's own is known by its key alone, too; an empty value takes it away. */
export const bulkSet = bulk({
  does: t.bulk_set,
  takes: '<field> <value>',
  words: 2,
  action: async (ctx, [said = '', value = '']) => {
    const key = said.replace(/^fields\./, '')
    const custom = (await fieldsSeen(ctx)).find((one) => one.key === key)
    const field = custom && (said === `fields.${key}` || !OWN.has(said)) ? `fields.${key}` : said
    if (value.trim() === '') return { do: 'set', field, value: null }
    if (!custom || (field === said && OWN.has(said))) return { do: 'set', field, value }
    const meant =
      custom.kind === 'party' ? Number(value) : meantBy(custom, value, '', { options: defaultOptions })
    return { do: 'set', field, value: meant }
  },
})
const OWN: ReadonlySet<string> = new Set(['country', 'language', 'channel_preference'])

const turning = (direction: 'undo' | 'redo') =>
  command({
    takes: '<id>',
    does: t[`bulk_${direction}`],
    options: As,
    explain: explainCall,
    run: (given) => {
      if (given.words.length !== 1) return usage()
      const params = { bulk_id: idOf(given.words[0]) }
      const route = direction === 'undo' ? parties.bulkUndo : parties.bulkRedo
      return acting(given, async (ctx) => finish(ctx, given, await call(ctx, route, { params })))
    },
  })
export const bulkUndo = turning('undo')
export const bulkRedo = turning('redo')

export const bulkShow = command({
  takes: '<id>',
  does: t.bulk_show,
  options: As,
  explain: explainCall,
  run: (given) => {
    if (given.words.length !== 1) return usage()
    const id = idOf(given.words[0])
    return acting(given, (ctx) => report(ctx, given, id))
  },
})
