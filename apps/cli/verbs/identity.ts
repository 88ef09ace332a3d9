import type { Ctx } from '../../../kernel/ctx.ts'
import { formatNumber, phrase } from '../../../kernel/text.ts'
import { identity, type MergePreview } from '../../../modules/identity/contract.ts'
import { command, Exit, type Given, Misuse, print, usage } from '../command.ts'
import { aligned } from '../table.ts'
import { acting, call, explainCall } from './call.ts'
import { followed, whyNot } from './run.ts'
import { verbText as t, valueWords } from './text.ts'
import { As, flag, fromJson, idOf, option, verb } from './verb.ts'

// Duplicates judged, customers merged and parted again.

const say = (ctx: Ctx, key: keyof typeof t, params = {}) => phrase(t[key], ctx.locale, params)

export const duplicatesList = verb(identity.pairs, {
  does: t.duplicates_list,
  without: ['owner'],
  lines: ({ items }, ctx) =>
    items.map((pair) => [
      formatNumber(pair.score, ctx.locale, { style: 'percent' }),
      phrase(valueWords[pair.band]!, ctx.locale),
      `${pair.a.id} ${pair.a.name}`,
      `${pair.b.id} ${pair.b.name}`,
      pair.reasons.map(({ says }) => says).join(ctx.locale === 'zh-CN' ? '；' : '; '),
    ]),
})

const decide = (decision: 'not_same' | 'later' | 'open', does: 'dismiss' | 'later' | 'reopen') =>
  verb(identity.decide, {
    does: t[`duplicates_${does}`],
    words: ['a', 'b'],
    without: ['decision'],
    input: () => ({ decision }),
    lines: (_nothing, ctx) => say(ctx, `duplicates_${does}_done`),
  })
export const duplicatesDismiss = decide('not_same', 'dismiss')
export const duplicatesLater = decide('later', 'later')
export const duplicatesReopen = decide('open', 'reopen')

export const duplicatesScan = command({
  takes: '',
  does: t.duplicates_scan,
  options: As,
  explain: explainCall,
  run: (given) => {
    if (given.words.length > 0) return usage()
    return acting(given, async (ctx) => {
      const { run_id } = await call(ctx, identity.scan, {})
      const run = await followed(ctx, run_id)
      const state = await call(ctx, identity.state, {})
      const done = run.state === 'done'
      print(given, { ...state, state: run.state }, done ? say(ctx, 'scanned', state.open) : whyNot(ctx, run))
      return done ? Exit.done : Exit.failed
    })
  },
})

/** `name=b,tags=both,owner_id=1002`: whose value is kept. */
function takeOf(given: Given): Record<string, unknown> | undefined {
  const said = option(given, 'take')
  if (said === undefined) return undefined
  if (said.startsWith('{')) return fromJson(said) as Record<string, unknown>
  const pairs = said.split(',').map((one): [string, unknown] => {
    const [field = '', value] = one.split('=')
    if (value === undefined) return usage()
    return [field.trim(), /^\d+$/.test(value) ? { from: Number(value) } : value.trim()]
  })
  return Object.fromEntries(pairs)
}

const merging = (does: 'merge' | 'duplicates_confirm') =>
  command({
    takes: does === 'merge' ? '<id> <id>…' : '<a> <b>',
    does: t[does],
    options: {
      take: { takes: '<field=a|b|both,…>', does: t.take },
      'dry-run': { does: t.dry_run },
      ...As,
    },
    explain: explainCall,
    run: (given) => {
      const [survivor, ...others] = given.words.map(idOf)
      if (survivor === undefined || others.length === 0) return usage()
      if (does === 'duplicates_confirm' && others.length > 1) return usage()
      return acting(given, async (ctx) => {
        const params = { id: survivor }
        if (flag(given, 'dry-run')) {
          const seen = await call(ctx, identity.preview, { params, query: { with: others.join(',') } })
          print(given, seen, previewed(ctx, seen))
          return Exit.done
        }
        const take = takeOf(given)
        const party = await call(ctx, identity.merge, { params, body: { others, ...(take ? { take } : {}) } })
        const { items } = await call(ctx, identity.merges, { params })
        const merges = items.filter(({ party: { id } }) => others.includes(id))
        const how = merges.map(({ merge_id }) => `guanxi unmerge ${survivor} ${merge_id}`).join('; ')
        const { name } = party
        print(
          given,
          { party, merges },
          say(ctx, 'merged', { n: others.length, name, id: String(survivor), how }),
        )
        return Exit.done
      })
    },
  })
export const merge = merging('merge')
export const duplicatesConfirm = merging('duplicates_confirm')

const told = (value: unknown): string =>
  value === null || value === undefined || value === ''
    ? '—'
    : typeof value === 'object' && 'name' in value
      ? String(value.name)
      : Array.isArray(value)
        ? value.join(', ')
        : typeof value === 'object'
          ? JSON.stringify(value)
          : String(value)

function previewed(ctx: Ctx, { survivor, others, fields, moves }: MergePreview): string {
  const all = [survivor, ...others]
  const head = [say(ctx, 'field'), ...all.map(({ id, name }) => `${id} ${name}`), say(ctx, 'becomes')]
  const rows = fields.map(({ label, values, result }) => [
    label,
    ...all.map(({ id }) => told(values.find(({ party_id }) => party_id === id)?.value)),
    told(result),
  ])
  const follow = moves
    .filter(({ count, aside }) => count + aside > 0)
    .map(({ label, count, aside }) => `  ${formatNumber(count + aside, ctx.locale)}  ${label}`)
  return [
    ...aligned([head, ...rows]),
    ...(follow.length > 0 ? ['', say(ctx, 'follows'), ...follow] : []),
    '',
    say(ctx, 'nothing_yet'),
  ].join('\n')
}

export const mergeList = verb(identity.merges, {
  does: t.merge_list,
  words: ['id'],
  lines: ({ items }, ctx) =>
    items.map((one) => [
      String(one.merge_id),
      `${one.party.id} ${one.party.name}`,
      one.at.slice(0, 10),
      one.by.name ?? one.by.kind,
      one.can_part ? '' : say(ctx, 'outer_first'),
    ]),
})

export const unmerge = command({
  takes: '<id> [<merge>]',
  does: t.unmerge,
  options: {
    rest: { takes: '<survivor|merged>', does: t.rest },
    assign: { takes: '<item=survivor|merged,…>', does: t.assign_items },
    'dry-run': { does: t.dry_run },
    ...As,
  },
  explain: explainCall,
  run: (given) => {
    const [id, said] = given.words.map(idOf)
    if (id === undefined || given.words.length > 2) return usage()
    return acting(given, async (ctx) => {
      const params = { id }
      const merges = said === undefined ? (await call(ctx, identity.merges, { params })).items : []
      const merge_id = said ?? (merges.length === 1 ? merges[0]!.merge_id : undefined)
      if (merge_id === undefined) throw new Misuse(say(ctx, 'no_merge'))
      if (flag(given, 'dry-run')) {
        const came = await call(ctx, identity.after, { params: { id, merge_id } })
        const rows = came.items.map(({ item, label, shows, goes }) => [
          item,
          label,
          shows,
          phrase(valueWords[goes]!, ctx.locale),
        ])
        const head = say(ctx, 'came_since', { name: came.merge.party.name, n: rows.length })
        print(
          given,
          came,
          [head, ...(rows.length > 0 ? aligned(rows) : []), say(ctx, 'nothing_yet')].join('\n'),
        )
        return Exit.done
      }
      const rest = option(given, 'rest')
      const pairs =
        option(given, 'assign')
          ?.split(',')
          .map((one) => one.split('=')) ?? []
      const body = {
        merge_id,
        ...(rest === undefined ? {} : { rest }),
        ...(pairs.length > 0 ? { assign: Object.fromEntries(pairs) } : {}),
      }
      const { survivor, restored } = await call(ctx, identity.unmerge, { params, body })
      print(
        given,
        { survivor, restored },
        say(ctx, 'unmerged', { name: restored.name, id: String(restored.id), from: survivor.name }),
      )
      return Exit.done
    })
  },
})
