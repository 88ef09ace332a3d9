import { words } from '../../../kernel/text.ts'

/** While it runs, and what came of it. */
export const reportText = words({
  running: { zh: '正在导入 {file}', en: 'Importing {file}' },
  running_text: {
    zh: '可以离开这一页，任务会继续；停止则什么都不写入。',
    en: 'You may leave this page; it goes on. Stopping writes nothing.',
  },
  stop: { zh: '停止导入', en: 'Stop the import' },
  stop_preview: { zh: '停止', en: 'Stop' },
  stopped: { zh: '已停止，什么都没有写入', en: 'Stopped; nothing was written' },
  stopped_text: {
    zh: '设置都还在，可以再来一次。',
    en: 'Your settings are kept; start again when you like.',
  },
  failed: { zh: '没有导入成', en: 'The import failed' },
  failed_text: { zh: '什么都没有写入，设置都还在。', en: 'Nothing was written and your settings are kept.' },
  again: { zh: '再试一次', en: 'Try again' },
  to_match: { zh: '回到对列', en: 'Back to the columns' },

  done_all: { zh: '导入完成：{n} 行都进来了', en: 'Done: {n:the|all} {n line is|lines are} in' },
  done_rejects: {
    zh: '导入完成：{n} 行进来了，{rejected} 行退回',
    en: 'Done: {n line is|lines are} in, {rejected} turned back',
  },
  done_same: {
    zh: '导入完成：{n} 行都已经有了，什么都没变',
    en: 'Done: {n:the|all} {n line was|lines were} here already; nothing changed',
  },
  took: { zh: '用时 {n} 秒', en: 'took {n} s' },
  rate: { zh: '每秒 {n} 行', en: '{n line|lines}/s' },
  adds_up: { zh: '行数相符', en: 'The lines add up' },
  adds_up_sum: { zh: '行数相符；金额合计 {sum}', en: 'The lines add up; they sum to {sum}' },
  sums: { zh: '金额合计', en: 'Sum' },
  sum_rejected: { zh: '退回的行另有 {sum}', en: 'lines turned back: {sum}' },
  rejects_reasons: { zh: '退回的 {n} 行，{k} 个原因', en: '{n line|lines} turned back, {k reason|reasons}' },
  first_line: { zh: '第一处行号', en: 'First line' },
  how_to_mend: { zh: '怎么改', en: 'How to mend it' },
  there: { zh: '那里写着', en: 'It says' },
  download: { zh: '下载退回文件（{n} 行，带原因列）', en: 'Download {n line|lines} with their reasons' },
  mended: { zh: '导入改好的文件', en: 'Import the mended file' },
  all_mended: {
    zh: '这些行已随改好的文件再次导入。',
    en: 'A mended file has since brought all of them back.',
  },
  left_mended: { zh: '其中 {n} 行还没有改好', en: '{n} still to be mended' },
  next: { zh: '接下来', en: 'Next' },
  new_customers: { zh: '{n} 位新客户', en: '{n new customer|new customers}' },
  see_customers: { zh: '去看', en: 'See them' },
  new_products: { zh: '{n} 个新产品', en: '{n new product|new products}' },
  this_way: { zh: '本次做法', en: 'How it was done' },
  matched: { zh: '列对应', en: 'Columns matched' },
  file_size: { zh: '文件大小', en: 'File size' },
  fingerprint: { zh: '文件指纹', en: 'Fingerprint' },
  same_again: { zh: '再导入同一文件不会改变任何东西', en: 'Importing the same file again changes nothing' },
})
