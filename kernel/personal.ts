import type { Ctx } from './ctx.ts'
import type { Phrase } from './text.ts'

// What a module keeps about a party, and how it lets go of it. A module that holds personal data declares a Keeper;
// modules/erasure collects them: preview, erasure and the person's complete export are made of the same declarations.

export type Fate = 'removed' | 'pseudonymised' | 'kept'
export type Part = {
  /** one word of the module's own, such as `contact_point` */
  what: string
  says: Phrase
  fate: Fate
  count: number
  /** why it stays */
  because?: Phrase
}

/** Whose data it is, with all that names them. Read before anything is erased. */
export type Person = {
  party_id: number
  name: string
  /** e-mails, telephone numbers, addresses, ids of other systems: as written and as keys */
  values: readonly string[]
  external_ids: readonly { source: string; value: string }[]
  /** is this person named in the text? Errs on the side of yes. */
  mentions: (text: string) => boolean
}

/** A file that goes into the complete export under this path; told by the hash that it arrived whole. */
export type KeptFile = { path: string; sha256: string; read: () => AsyncIterable<Buffer> }
/**
 * A part of the complete export: rows as they are stored, under a heading. `files`: what belongs to them; a row's `file`
 * names its path, and the page leads there.
 */
export type Kept = {
  what: string
  says: Phrase
  rows: readonly Readonly<Record<string, unknown>>[]
  files?: readonly KeptFile[]
}

export type Keeper = {
  /** what there is, and what becomes of it; the same before an erasure and as its account */
  readonly parts: (ctx: Ctx, person: Person) => Promise<Part[]>
  /** in the one transaction of the erasure; may refuse */
  readonly erase: (ctx: Ctx, person: Person) => Promise<void>
  readonly everything: (ctx: Ctx, person: Person) => Promise<Kept[]>
}
