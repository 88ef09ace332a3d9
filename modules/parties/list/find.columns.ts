import { HEAD_WORDS, LIST_WORDS } from '../names/heads.ts'

export const headColumns = Array.from({ length: HEAD_WORDS }, (_, i) => `h${i + 1}`)
export const findColumns = `party_id, unit_id, owner_id, fresh, ${headColumns.join(', ')}`
/** Of party_list, as names/heads.ts folds them. */
export const listHeads = Array.from({ length: LIST_WORDS }, (_, i) => `head${i + 1}`)
/** `heads` as an array of a record `r`, spread over the columns. */
export const headsSpread = (r: string): string => headColumns.map((_, i) => `${r}.heads[${i + 1}]`).join(', ')
/** Written only where something changed: most saves touch nothing that is searched. */
export const findOnConflict = `on conflict (party_id) do update set unit_id = excluded.unit_id, owner_id = excluded.owner_id,
  fresh = excluded.fresh, ${headColumns.map((h) => `${h} = excluded.${h}`).join(', ')}
  where (f.unit_id, f.owner_id, f.fresh, ${headColumns.map((h) => `f.${h}`).join(', ')}) is distinct from
        (excluded.unit_id, excluded.owner_id, excluded.fresh, ${headColumns.map((h) => `excluded.${h}`).join(', ')})`
