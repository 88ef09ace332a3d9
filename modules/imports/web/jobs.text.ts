import { words } from '../../../kernel/text.ts'

/** How an import appears among the background jobs. */
export const jobWords = words({
  'job.imports.preview': { zh: '预演导入', en: 'Try an import' },
  'job.imports.run': { zh: '导入', en: 'Import' },
})
