import { defineModule } from '../../kernel/module.ts'
import { chainOf, nightlyCheck, verifyJob, verifyNow } from './chain.ts'
import { audit } from './contract.ts'
import { exportAudit } from './export.ts'
import { facetsOf, listAudit } from './list.ts'
import { detailOf } from './one.ts'
import { proofOf } from './proof.ts'
import { text } from './text.ts'
import { undo } from './undo.ts'

// The audit itself is the kernel's: it is written with every change. Here it is read, proven and handed out.
export const module = defineModule({
  name: 'audit',
  tables: ['audit_check'],
  routes: audit,
  handlers: {
    list: listAudit,
    facets: facetsOf,
    chain: chainOf,
    verify: verifyNow,
    export: exportAudit,
    get: detailOf,
    proof: proofOf,
    undo,
  },
  words: text,
  jobs: [verifyJob, nightlyCheck],
})
