import { type Ctx, type House, named, planned } from '../../kernel/ctx.ts'
import { nameKeys } from '../parties/names/romanise.ts'
import { fold } from '../parties/names/search.ts'
import type { FoundProduct } from './contract.ts'
import { folded, lettersOf } from './letters.ts'
import { marksIn, marksInCode } from './rules.ts'

// A company's products are few beside its customers, and everybody's: this process keeps their words, so that pinyin finds
// them too without columns of their own. What is answered is read from the database.

// Above so many products they are looked up by the beginning of their code only.
const KEPT_MAX = 50_000
// All is read anew after this time; whether something changed is asked after that.
const AGE_MS = 60_000
const ASKED_MS = 150
const CANDIDATES = 60

type Kept = { at: number; asked_at: number; newest: string; entries: Entry[] | null }
type Entry = { product_id: number; code: string; words: string }
const kept = new WeakMap<House, Promise<Kept>>()

async function entriesOf(ctx: Ctx): Promise<Entry[] | null> {
  const known = await kept.get(ctx.house)?.catch(() => undefined)
  if (known && Date.now() - known.asked_at < ASKED_MS) return known.entries
  const [state] = await named<{ newest: string }>(
    ctx,
    'search.products.newest',
    "select coalesce(max(updated_at), '2000-01-01')::timestamptz(3) as newest from product",
    [],
  )
  if (known?.newest === state!.newest && Date.now() - known.at < AGE_MS) {
    known.asked_at = Date.now()
    return known.entries
  }
  const loading = load(ctx, state!.newest)
  kept.set(ctx.house, loading)
  return (await loading).entries
}

async function load(ctx: Ctx, newest: string): Promise<Kept> {
  const rows = await planned<{ product_id: number; code: string; name: string }>(
    ctx,
    `select product_id, code, name from product where live order by code limit ${KEPT_MAX + 1}`,
    [],
  )
  const entries =
    rows.length > KEPT_MAX
      ? null
      : rows.map(({ product_id, code, name }) => ({ product_id, code: fold(code), words: wordsOf(name) }))
  return { at: Date.now(), asked_at: Date.now(), newest, entries }
}

function wordsOf(name: string): string {
  const { spelled, initials, also } = nameKeys(name, 'organisation')
  return ` ${[folded(name), spelled, initials, ...also].filter(Boolean).join(' ')} `
}

/** Products by code, name or pinyin: the code first, then what begins with the words. */
export async function findProducts(
  ctx: Ctx,
  text: string,
  limit: number,
): Promise<{ items: FoundProduct[]; more: boolean }> {
  const typed = folded(text)
  if (typed === '') return { items: [], more: false }
  const entries = await entriesOf(ctx)
  const ids = entries ? among(entries, typed) : await byCode(ctx, typed)
  if (ids.length === 0) return { items: [], more: false }
  const rows = await named<{ product_id: number; code: string; name: string }>(
    ctx,
    'search.products',
    `select p.product_id, p.code, p.name from unnest($1::bigint[]) with ordinality as x (product_id, place)
     join product p using (product_id) where p.live order by x.place limit $2`,
    [ids, limit + 1],
  )
  return {
    items: rows.slice(0, limit).map(({ product_id, code, name }) => ({
      id: product_id,
      code,
      code_marks: marksInCode(code, typed),
      name,
      marks: marksIn(lettersOf(name, 'organisation'), typed),
    })),
    more: rows.length > limit,
  }
}

const EXACT = 0
const CODE = 1
const BEGINS = 2
const WITHIN = 3

function among(entries: readonly Entry[], typed: string): number[] {
  const words = typed.split(' ')
  const found: [rank: number, id: number][] = []
  for (const { product_id, code, words: text } of entries) {
    const rank = rankOf(code, text, typed, words)
    if (rank !== null) found.push([rank, product_id])
    // In the order of codes: what comes later ranks no higher than these but by an exact code.
    if (found.length >= CANDIDATES * 20) break
  }
  return found
    .toSorted((a, b) => a[0] - b[0])
    .slice(0, CANDIDATES)
    .map(([, id]) => id)
}

function rankOf(code: string, text: string, typed: string, words: readonly string[]): number | null {
  if (code === typed) return EXACT
  if (code.startsWith(typed)) return CODE
  if (text.includes(` ${typed}`)) return BEGINS
  // One or two Latin letters begin a word; Chinese and longer words may stand anywhere.
  const within = (word: string) =>
    word.length > 2 || !/^[a-z0-9]+$/.test(word)
      ? text.includes(word) || code.includes(word)
      : text.includes(` ${word}`)
  return words.every(within) ? WITHIN : null
}

async function byCode(ctx: Ctx, typed: string): Promise<number[]> {
  const rows = await named<{ product_id: number }>(
    ctx,
    'search.products.code',
    `select p.product_id from unnest($1::text[]) as w (code), lateral (
       select product_id from product where code >= w.code and code < w.code || $2::text and live order by code limit ${CANDIDATES}) p`,
    [[...new Set([typed, typed.toUpperCase()])], '\u{10FFFF}'],
  )
  return rows.map(({ product_id }) => product_id)
}
