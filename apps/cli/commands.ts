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
  export: exportCommand,
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
