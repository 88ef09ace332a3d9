import { addToParties, createParties, updateParties } from '../../parties/intake.ts'
import { type Run, Stale } from '../running/run.types.ts'
import { keepParties } from '../undoing/trail.ts'
import { recordSet } from './set.audit.ts'

/** The staged parties with what hangs on them, and their history. */
export async function writeParties(run: Run): Promise<void> {
  const { tx, ctx, import_id } = run
  await keepParties(run)
  await createParties(tx, run)
  if (!(await updateParties(tx, run))) throw new Stale()
  await addToParties(tx, run)
  const record = (action: string, subject: string, from: string, values: unknown[] = []) =>
    recordSet(tx, ctx, import_id, {
      action,
      subject,
      from,
      values,
      event: action === 'parties.created' ? 'parties.imported' : 'parties.changed',
    })
  await record(
    'parties.created',
    'party',
    `select party_id, party_id as subject_id, null::jsonb as was from stage_party where created order by party_id`,
  )
  await record(
    'parties.updated',
    'party',
    `select party_id, party_id as subject_id, was from stage_party where changed and was <> '{}' order by party_id`,
  )
  const added = (table: string, id: string) =>
    `select a.party_id, a.${id} as subject_id, null::jsonb as was from ${table} a join stage_party s on s.party_id = a.party_id where not s.created`
  await record('parties.role_added', 'party_role', added('stage_role', 'party_role_id'))
  await record('parties.contact_added', 'contact_point', added('stage_contact', 'contact_point_id'))
  await record(
    'parties.external_id_added',
    'external_id',
    `select e.party_id, e.party_id as subject_id, jsonb_build_object('source', $9::text, 'value', e.value) as was
     from stage_external e join stage_party s on s.party_id = e.party_id where not s.created`,
    [run.source],
  )
}
