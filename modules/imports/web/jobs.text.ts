import { words } from '../../../kernel/text.ts'

/** How an import appears among the background jobs. */
export const jobWords = words({
  'job.imports.preview': { zh: '预演导入', en: 'Try an import' },
  'job.imports.run': { zh: '导入', en: 'Import' },
  'job.imports.undo': { zh: '撤销导入', en: 'Undo an import' },
  'job.imports.forget_trails': { zh: '清理过期的撤销记录', en: 'Forget old ways back' },
})
