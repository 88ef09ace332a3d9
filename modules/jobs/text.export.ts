import { words } from '../../kernel/text.ts'

export const jobHeadings = words({
  id: { zh: '编号', en: 'Number' },
  job: { zh: '任务', en: 'Job' },
  subject: { zh: '说明', en: 'About' },
  state: { zh: '状态', en: 'State' },
  done: { zh: '已处理', en: 'Done' },
  total: { zh: '总数', en: 'Of' },
  who: { zh: '发起人', en: 'Started by' },
  created: { zh: '提交时间', en: 'Asked for' },
  started: { zh: '开始时间', en: 'Started' },
  finished: { zh: '结束时间', en: 'Finished' },
  error: { zh: '出了什么错', en: 'What went wrong' },
})
export const jobTitle = words({ title: { zh: '后台任务', en: 'Jobs' } }).title
