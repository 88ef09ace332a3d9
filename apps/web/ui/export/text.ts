import { words } from '../../../../kernel/text.ts'

export const text = words({
  export: { zh: '导出', en: 'Export' },
  title: { zh: '导出列表', en: 'Export this list' },
  title_n: { zh: '导出 {n} 行', en: 'Export {n row|rows}' },
  title_about: { zh: '导出约 {n} 行', en: 'Export about {n row|rows}' },
  format: { zh: '格式', en: 'Format' },
  xlsx: { zh: 'Excel', en: 'Excel' },
  csv: { zh: 'CSV', en: 'CSV' },
  columns: { zh: '列', en: 'Columns' },
  shown: { zh: '列表里的', en: 'As listed' },
  all: { zh: '全部', en: 'All' },
  choose: { zh: '自选', en: 'Choose' },
  note: {
    zh: '按现在的条件和排序取全部行；你看不到的内容在文件里同样隐藏。谁导出了什么会记入审计。',
    en: 'All rows, filtered and sorted as they are now. What you may not see stays hidden in the file. The audit keeps who exported what.',
  },
  begin: { zh: '导出', en: 'Export' },
  stop: { zh: '停止', en: 'Stop' },
  preparing: { zh: '正在取数', en: 'Getting ready' },
  writing: { zh: '正在写文件', en: 'Writing the file' },
  done: { zh: '已导出 {n} 行：{name}', en: '{n row|rows} exported: {name}' },
  failed: { zh: '没有导出：{why}', en: 'Not exported: {why}' },
  broken: {
    zh: '导出中断，没有留下不完整的文件。请再试一次',
    en: 'The export broke off; no half file was left. Please try again',
  },
  stopped: { zh: '已停止，没有留下文件', en: 'Stopped; no file was left' },
})
