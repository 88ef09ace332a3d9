import { refuse } from '../../kernel/refuse.ts'
import type { Phrase } from '../../kernel/text.ts'
import { type Mapping, missingTargets, type Target, wrongTargets } from './targets.ts'
import { targetText } from './text.targets.ts'

const named = (target: Target): Phrase | Target =>
  (targetText as { readonly [target: string]: Phrase | undefined })[target] ?? target

/** `missing`: one target of each group; `columns`: the same in words. */
export function mustHaveColumns(mapping: Pick<Mapping, 'kind' | 'columns' | 'options'>): void {
  const missing = missingTargets(mapping)
  if (missing.length > 0)
    refuse('imports.columns_missing', 422, { missing, columns: missing.map((any) => any.map(named)) })
}

export function mustFitColumns(mapping: Mapping): void {
  const wrong = wrongTargets(mapping)
  if (wrong.length > 0) refuse('imports.columns_wrong', 422, { wrong, columns: wrong.map(named) })
}
