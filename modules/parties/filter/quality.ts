import type { Ctx } from '../../../kernel/ctx.ts'
import type { Test } from './check.ts'
import type { Piece } from './piece.ts'

/** The fields `quality.*`, which another module keeps: what this caller may ask of them, and how each is looked up. */
export type ListQuality = {
  /** whoever may not read it asks for fields that are not there */
  readonly may: `${string}:${string}`
  /** by the key of a field: what there is to choose from for this caller */
  readonly options: (ctx: Ctx) => Promise<Readonly<Record<string, readonly string[]>>>
  /** a condition on `§`, the row of party_listed; `within` cuts it to what the caller may know */
  readonly conditions: (ctx: Ctx, within: Piece) => Promise<(key: string, test: Test) => Piece>
}

let known: ListQuality | null = null
export const knowQuality = (quality: ListQuality): void => {
  known = quality
}
export const qualityKnown = (): ListQuality | null => known
