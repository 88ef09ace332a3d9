import { words } from '../../../kernel/text.ts'

export const jobWords = words({
  'job.identity.scan': { zh: '全面查重', en: 'Look for duplicates' },
  'job.identity.nightly': { zh: '每晚查重', en: 'Look for duplicates at night' },
  'job.identity.listen': { zh: '为新改动的客户查重', en: 'Look for duplicates of changed customers' },
  'job.identity.first_look': { zh: '第一次查重', en: 'First look for duplicates' },
  'job.identity.import_heard': { zh: '为导入的客户查重', en: 'Look for duplicates of imported customers' },
})
