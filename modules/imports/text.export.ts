import { words } from '../../kernel/text.ts'

export const importHeadings = words({
  id: { zh: '编号', en: 'Number' },
  created: { zh: '时间', en: 'When' },
  file: { zh: '文件', en: 'File' },
  kind: { zh: '类别', en: 'Kind' },
  source: { zh: '来源', en: 'Source' },
  state: { zh: '状态', en: 'State' },
  read: { zh: '读入', en: 'Read' },
  new: { zh: '新建', en: 'Created' },
  updated: { zh: '更新', en: 'Updated' },
  unchanged: { zh: '不变', en: 'Unchanged' },
  rejected: { zh: '退回', en: 'Turned back' },
  waiting: { zh: '待修正', en: 'Still to be mended' },
  who: { zh: '谁', en: 'Who' },
  finished: { zh: '结束时间', en: 'Finished' },
  error: { zh: '出了什么错', en: 'What went wrong' },
})
export const rejectHeadings = words({
  line: { zh: '文件行', en: 'Line of the file' },
  reasons: { zh: '原因', en: 'Reasons' },
  row: { zh: '原样', en: 'As it was written' },
})
export const importTitles = words({
  imports: { zh: '导入记录', en: 'Imports' },
  rejects: { zh: '退回的行', en: 'Rows turned back' },
})
export const importWords = words({
  orders: { zh: '订单', en: 'Orders' },
  parties: { zh: '客户', en: 'Customers' },
  products: { zh: '产品', en: 'Products' },
  uploading: { zh: '未传完', en: 'Upload unfinished' },
  uploaded: { zh: '待对列', en: 'To be matched' },
  previewing: { zh: '预演中', en: 'Being tried' },
  previewed: { zh: '待确认', en: 'To be confirmed' },
  waiting: { zh: '等待中', en: 'Waiting' },
  running: { zh: '导入中', en: 'Running' },
  done: { zh: '完成', en: 'Done' },
  failed: { zh: '没有成功', en: 'Failed' },
  cancelled: { zh: '已停止', en: 'Stopped' },
})
