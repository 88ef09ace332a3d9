import { defineModule } from '../../kernel/module.ts'
import { imports } from './contract.ts'
import { importKeeper } from './erasing.ts'
import { previewJob, runJob, sweepJob } from './jobs.ts'
import { exportImports, exportRejects } from './serving/export.ts'
import { rejects, rejectsFile } from './serving/rejects.read.ts'
import { cancel, create, file, get, list, preview, remove, run, update, upload } from './serving/service.ts'
import { text } from './text.ts'
import { forgetJob, undoJob } from './undoing/job.ts'
import { redo, undo, undoCancel, undoLeft, undoPlan } from './undoing/service.ts'

export const module = defineModule({
  name: 'imports',
  tables: [
    'import',
    'import_chunk',
    'import_reject',
    'import_change',
    'import_tie',
    'import_order_line',
    'import_mended',
    'import_undo',
  ],
  routes: imports,
  handlers: {
    list,
    create,
    upload,
    file,
    get,
    update,
    preview,
    run,
    cancel,
    remove,
    rejects,
    rejectsFile,
    exportList: exportImports,
    exportRejects,
    undoPlan,
    undoLeft,
    undo,
    redo,
    undoCancel,
  },
  words: text,
  keeps: importKeeper,
  follows: {
    tables: [
      { table: 'import_change', how: 'stays', because: 'what an import did, under the id that it did it to' },
      { table: 'import_tie', how: 'stays', because: 'what an import did, under the id that it did it to' },
      {
        table: 'import_order_line',
        how: 'stays',
        because: 'what an import did, under the id that it did it to',
      },
    ],
  },
  jobs: [runJob, previewJob, sweepJob, undoJob, forgetJob],
})
