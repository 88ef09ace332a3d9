import { words } from '../../../kernel/text.ts'
import { dropText } from './drop.text.ts'
import { matchText } from './match.text.ts'
import { reportText } from './report.text.ts'
import { seeText } from './see.text.ts'

const pageText = words({
  title: { zh: '导入', en: 'Import' },
  title_orders: { zh: '导入订单', en: 'Import orders' },
  title_parties: { zh: '导入客户', en: 'Import customers' },
  title_products: { zh: '导入产品', en: 'Import products' },
  history: { zh: '导入历史', en: 'Earlier imports' },
  new: { zh: '导入另一个文件', en: 'Import another file' },
  lines_n: { zh: '{n} 行', en: '{n line|lines}' },
  delimiter_n: { zh: '{name}分隔', en: '{name}' },
  comma: { zh: '逗号', en: 'comma' },
  semicolon: { zh: '分号', en: 'semicolon' },
  tab: { zh: '制表符', en: 'tab' },
  pipe: { zh: '竖线', en: 'pipe' },

  step_drop: { zh: '放入文件', en: 'File' },
  step_match: { zh: '对上列', en: 'Match columns' },
  step_see: { zh: '看清会发生什么', en: 'See what will happen' },
  step_run: { zh: '运行与报告', en: 'Run and report' },
  columns_n: { zh: '{n} / {all} 列', en: '{n} of {all}' },
  earlier: { zh: '以前的导入', en: 'Earlier imports' },
  when: { zh: '时间', en: 'When' },
  kind_short: { zh: '类别', en: 'Kind' },
  file: { zh: '文件', en: 'File' },
  who: { zh: '谁', en: 'Who' },
  state: { zh: '状态', en: 'State' },
  no_earlier: { zh: '还没有导入过文件。', en: 'No file has been imported yet.' },
  more: { zh: '更早的', en: 'Older' },
  uploading_state: { zh: '未传完', en: 'Upload unfinished' },
  uploaded_state: { zh: '待对列', en: 'To be matched' },
  previewing_state: { zh: '预演中', en: 'Being tried' },
  previewed_state: { zh: '待确认', en: 'To be confirmed' },
  waiting_state: { zh: '等待中', en: 'Waiting' },
  running_state: { zh: '导入中', en: 'Running' },
  done_state: { zh: '完成', en: 'Done' },
  failed_state: { zh: '没有成功', en: 'Failed' },
  cancelled_state: { zh: '已停止', en: 'Stopped' },
})

export const text = { ...pageText, ...dropText, ...matchText, ...seeText, ...reportText } as const
