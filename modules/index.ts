import type { Module } from '../kernel/module.ts'
import { module as access } from './access/module.ts'
import { knowModules } from './access/permissions.ts'
import { module as audit } from './audit/module.ts'
import { knowRestored } from './backups/hooks.ts'
import { module as backups } from './backups/module.ts'
import { erasureModule } from './erasure/module.ts'
import { module as exports } from './exports/module.ts'
import { module as handover } from './handover/module.ts'
import { identityModule } from './identity/module.ts'
import { module as imports } from './imports/module.ts'
import { module as jobs } from './jobs/module.ts'
import { fileEntries } from './notes/files/store.ts'
import { module as notes } from './notes/module.ts'
import { noteEntries, notesEdited } from './notes/notes.ts'
import { taskEntries, tasksEdited } from './notes/tasks.read.ts'
import { module as occasions } from './occasions/module.ts'
import { datesEdited } from './occasions/occasions.ts'
import { orderEntries } from './orders/history.ts'
import { module as orders } from './orders/module.ts'
import { fieldsModule } from './parties/fields/module.ts'
import { partyChanges } from './parties/history/timeline.ts'
import { partiesModule } from './parties/module.ts'
import { module as pools } from './pools/module.ts'
import { presenceModule } from './presence/module.ts'
import { module as products } from './products/module.ts'
import { listQuality } from './quality/filter.ts'
import { module as quality } from './quality/module.ts'
import { module as sample } from './sample/module.ts'
import { module as search } from './search/module.ts'
import { module as system } from './system/module.ts'
import { module as ties } from './ties/module.ts'
import { tieEntries, tiesEdited, tiesFit } from './ties/read.ts'
import { listFigures } from './value/list.ts'
import { module as value } from './value/module.ts'
import { module as webhooks } from './webhooks/module.ts'

/** The architecture in one screen: a module speaks only to those above it; events go the other way. */
const keeping: readonly Module[] = [
  access,
  exports,
  jobs,
  backups,
  // What each module adds to a party's one timeline, in the order of the tabs above it.
  fieldsModule,
  partiesModule(
    [orderEntries, noteEntries, taskEntries, fileEntries, tieEntries, partyChanges],
    listFigures,
    listQuality,
    tiesFit,
  ),
  presenceModule([notesEdited, tasksEdited, tiesEdited, datesEdited]),
  // It moves what all of them keep, and asks them when somebody merges.
  identityModule(() => modules),
  occasions,
  ties,
  notes,
  handover,
  products,
  orders,
  imports,
  value,
  quality,
  pools,
  sample,
  system,
  search,
  webhooks,
]

/** Last, for they look at all the others: who keeps what about a person, who did what. */
export const modules: readonly Module[] = [...keeping, erasureModule(keeping), audit]

// Roles are edited over the permissions that exist: access is told them once, here.
knowModules(modules)
// What must hold whatever a backup says: told once too.
knowRestored(modules)
