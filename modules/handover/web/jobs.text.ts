import { words } from '../../../kernel/text.ts'

export const jobWords = words({
  'job.handover.parties': { zh: '移交客户与待办', en: 'Handing customers and tasks over' },
})
