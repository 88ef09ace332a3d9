import { auditExport, auditList, auditProof } from './audit.read.ts'
import { auditVerify } from './audit.ts'
import { backup } from './backup.ts'
import type { Command } from './command.ts'
import { doctor } from './doctor.ts'
import { erase } from './erase.ts'
import { exportCommand } from './export.ts'
import { importKind } from './import.ts'
import { keyCreate } from './key.ts'
import { qualityReport, qualitySweep } from './quality.ts'
import { restore } from './restore.ts'
import { sampleLoad, sampleRemove } from './sample.ts'
import { serveCommand } from './serve.ts'
import { turnImport } from './undo.ts'
import { userCreate, userLink, userReset } from './user.ts'
import { valueFit, valueImport, valueReport, valueScore } from './value.ts'
import {
  bulkAssign,
  bulkRedo,
  bulkRestore,
  bulkSet,
  bulkShow,
  bulkTag,
  bulkTrash,
  bulkUndo,
  bulkUntag,
} from './verbs/bulk.ts'
import {
  duplicatesConfirm,
  duplicatesDismiss,
  duplicatesLater,
  duplicatesList,
  duplicatesReopen,
  duplicatesScan,
  merge,
  mergeList,
  unmerge,
} from './verbs/identity.ts'
import { fieldsAdd, fieldsList, qualityList, viewsList } from './verbs/lists.ts'
import {
  datesAdd,
  datesList,
  datesUpcoming,
  notesAdd,
  notesList,
  tasksAdd,
  tasksDone,
  tasksList,
  tiesAdd,
  tiesEnd,
  tiesList,
} from './verbs/work.ts'

/** Every command, in the order that help shows them. */
export const commands: { readonly [name: string]: Command } = {
  serve: serveCommand,
  'import orders': importKind('orders'),
  'import parties': importKind('parties'),
  'import products': importKind('products'),
  'import undo': turnImport('undo'),
  'import redo': turnImport('redo'),
  'value fit': valueFit,
  'value score': valueScore,
  'value report': valueReport,
  'value import': valueImport,
  'quality report': qualityReport,
  'quality sweep': qualitySweep,
  'quality list': qualityList,
  export: exportCommand,
  'views list': viewsList,
  'duplicates list': duplicatesList,
  'duplicates confirm': duplicatesConfirm,
  'duplicates dismiss': duplicatesDismiss,
  'duplicates later': duplicatesLater,
  'duplicates reopen': duplicatesReopen,
  'duplicates scan': duplicatesScan,
  merge,
  'merge list': mergeList,
  unmerge,
  'bulk assign': bulkAssign,
  'bulk tag': bulkTag,
  'bulk untag': bulkUntag,
  'bulk set': bulkSet,
  'bulk trash': bulkTrash,
  'bulk restore': bulkRestore,
  'bulk show': bulkShow,
  'bulk undo': bulkUndo,
  'bulk redo': bulkRedo,
  'tasks list': tasksList,
  'tasks add': tasksAdd,
  'tasks done': tasksDone,
  'notes list': notesList,
  'notes add': notesAdd,
  'ties list': tiesList,
  'ties add': tiesAdd,
  'ties end': tiesEnd,
  'dates list': datesList,
  'dates add': datesAdd,
  'dates upcoming': datesUpcoming,
  'fields list': fieldsList,
  'fields add': fieldsAdd,
  'sample load': sampleLoad,
  'sample remove': sampleRemove,
  backup,
  restore,
  'user create': userCreate,
  'user link': userLink,
  'user reset-two-step': userReset,
  'key create': keyCreate,
  erase,
  'audit list': auditList,
  'audit export': auditExport,
  'audit proof': auditProof,
  'audit verify': auditVerify,
  doctor,
}
