import { HEAD_WORDS, LIST_WORDS } from '../names/heads.ts'

export const headColumns = Array.from({ length: HEAD_WORDS }, (_, i) => `h${i + 1}`)
/** `owner_id` is written for the version before alone: party_own has the owner. */
export const findColumns = `party_id, unit_id, owner_id, fresh, ${headColumns.join(', ')}`
/** Of party_listed, as names/heads.ts folds them. */
export const listHeads = Array.from({ length: LIST_WORDS }, (_, i) => `head${i + 1}`)
/** `heads` as an array of a record `r`, spread over the columns. */
export const headsSpread = (r: string): string => headColumns.map((_, i) => `${r}.heads[${i + 1}]`).join(', ')
/** Of party_own, as they are written with a list row; what orders count is setFigures' alone. */
export const ownColumns = `party_id, owner_id, version, live, name_sort, created_at, fresh, marks, ${headColumns.join(', ')}`
const ofOwn = ownColumns.split(', ').filter((column) => column !== 'party_id' && column !== 'version')
export const ownOnConflict = `on conflict (party_id) do update set version = excluded.version,
  ${ofOwn.map((column) => `${column} = excluded.${column}`).join(', ')}
  where w.version <= excluded.version and (${ofOwn.map((column) => `w.${column}`).join(', ')}) is distinct from
        (${ofOwn.map((column) => `excluded.${column}`).join(', ')})`
/** Written only where something changed: most saves touch nothing that is searched. */
export const findOnConflict = `on conflict (party_id) do update set unit_id = excluded.unit_id, fresh = excluded.fresh, ${headColumns.map((h) => `${h} = excluded.${h}`).join(', ')}
  where (f.unit_id, f.fresh, ${headColumns.map((h) => `f.${h}`).join(', ')}) is distinct from
        (excluded.unit_id, excluded.fresh, ${headColumns.map((h) => `excluded.${h}`).join(', ')})`
