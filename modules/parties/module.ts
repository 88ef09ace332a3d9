import { defineModule } from '../../kernel/module.ts'
import { writeBlock } from './bulk/block.ts'
import { bulkJob, forgetBulks } from './bulk/job.ts'
import { bulkOf } from './bulk/present.ts'
import { cancelBulk, previewWith, redoBulk, startWith, undoBulk } from './bulk/service.ts'
import { listOwners, listTags } from './choices.ts'
import { labels } from './contract.labels.ts'
import { parties } from './contract.ts'
import { createParty } from './create.ts'
import { partyKeeper } from './erasing/keeper.ts'
import type { ListQuality } from './filter/quality.ts'
import { historyOf } from './history/history.ts'
import { type TimelineSource, timelineOf } from './history/timeline.ts'
import { undoChange } from './history/undo.ts'
import { foldCounts, rebuildList, turnRoles } from './jobs.ts'
import { type Fits, knowFits } from './kind.ts'
import { addMarketRole, marketRolesOf, removeMarketRole, writeMarketRoles } from './labels/roles.ts'
import { changeTagsWith, defineTag, tagChanges, tagList, tagPolicy, undoTagChange } from './labels/tags.ts'
import { exportWith } from './list/export.ts'
import { type ListFigures, listWith } from './list/figured.ts'
import { fillFind } from './list/find.ts'
import { partyFollows } from './merging/follows.ts'
import {
  addContact,
  addExternalId,
  addRole,
  removeContact,
  removeExternalId,
  removeRole,
  updateContact,
  updateRole,
} from './parts.ts'
import { getParty } from './party.ts'
import { bulkText } from './text.bulk.ts'
import { filterText } from './text.filter.ts'
import { labelsText } from './text.labels.ts'
import { text } from './text.ts'
import { viewText } from './text.views.ts'
import { removeParty, restoreParty, updateParty } from './update.ts'
import { createView, markView, patchView, removeView, sharedViews, view, views } from './views/views.ts'

/** What other modules add, listed where the modules are composed: to a party's stream, and to the list's columns. */
export const partiesModule = (
  timeline: readonly TimelineSource[],
  figures: ListFigures,
  quality: ListQuality,
  fits: Fits,
) => {
  knowFits(fits)
  return defineModule({
    name: 'parties',
    tables: [
      'party',
      'party_role',
      'contact_point',
      'external_id',
      'party_list',
      'party_listed',
      'party_find',
      'party_own',
      'party_count',
      'custom_field',
      'custom_value_key',
      'party_slot',
      'party_bucket',
      'saved_view',
      'view_mark',
      'party_bulk',
      'party_bulk_slice',
      'tag_definition',
      'tag_change',
      'label_setting',
    ],
    routes: { ...parties, ...labels },
    handlers: {
      bulk: startWith(figures),
      bulkPreview: previewWith(figures),
      bulkGet: bulkOf,
      bulkUndo: undoBulk,
      bulkRedo: redoBulk,
      bulkCancel: cancelBulk,
      block: writeBlock,
      list: listWith(figures, quality),
      exportList: exportWith(figures),
      create: createParty,
      get: getParty,
      update: updateParty,
      remove: removeParty,
      restore: restoreParty,
      addContact,
      updateContact,
      removeContact,
      addRole,
      updateRole,
      removeRole,
      addExternalId,
      removeExternalId,
      history: historyOf,
      undo: undoChange,
      timeline: (ctx, input) => timelineOf(timeline, ctx, input),
      tags: listTags,
      owners: listOwners,
      views,
      view,
      sharedViews,
      createView,
      patchView,
      markView,
      removeView,
      tagList,
      defineTag,
      changeTags: changeTagsWith(figures),
      tagChanges,
      undoTagChange,
      tagPolicy,
      marketRoles: marketRolesOf,
      writeMarketRoles,
      addMarketRole,
      removeMarketRole,
    },
    words: { ...text, ...filterText, ...viewText, ...bulkText, ...labelsText },
    jobs: [bulkJob, forgetBulks, rebuildList, fillFind, foldCounts, turnRoles],
    keeps: partyKeeper,
    follows: partyFollows,
  })
}
