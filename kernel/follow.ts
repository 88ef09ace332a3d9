import type { Ctx } from './ctx.ts'
import type { Phrase } from './text.ts'

// When two parties become one, what hangs on the one follows to the other, and goes home when they are parted again.
// A module that keeps rows with a party_id says so here, table by table; modules/identity moves them, and its test finds
// tables that nobody spoke for.

export type Moving = {
  readonly table: string
  readonly how: 'moves'
  /** columns that name a row whoever's it is, without party_id: `['order_id']` */
  readonly key: readonly string[]
  /**
   * sets of columns of which a party has one row only (its unique indexes without party_id): where both have one, the
   * survivor's stands and the other's is put aside until they are parted
   */
  readonly once?: readonly (readonly string[])[]
  /** other columns that name a party; a row that would name one party twice is put aside */
  readonly also?: readonly string[]
  /** goes wherever the rows of that table go which have the same value in `by` (order_line along orders by order_id) */
  readonly along?: { readonly table: string; readonly by: string }
  /** when a row came (`created_at`); of rows that came after the merge a person is asked whose they are */
  readonly at?: string
  /** what such rows are called, and SQL over `x` for what a person knows one by (`x.number`) */
  readonly says?: Phrase
  readonly shows?: string
}
export type Staying = {
  readonly table: string
  /** `stays` where it was (a log); `made` anew by `settle` from what moved */
  readonly how: 'stays' | 'made'
  readonly because: string
}
export type Follow = Moving | Staying

export type Follows = {
  readonly tables: readonly Follow[]
  /** after rows have moved, in the same transaction: figures made of them are made anew */
  readonly settle?: (ctx: Ctx, party_ids: readonly number[]) => Promise<void>
}
