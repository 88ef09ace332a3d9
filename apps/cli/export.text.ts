import { words } from '../../kernel/text.ts'

export const text = words({
  does: { zh: '把一个列表导出成文件：{lists}', en: 'take a list out as a file: {lists}' },
  filter: {
    zh: '条件，与 API 相同，如 "tag=core&role=customer"',
    en: 'filters as the API takes them, such as "tag=core&role=customer"',
  },
  format: {
    zh: 'csv 或 xlsx（默认看文件名，否则 csv）',
    en: 'csv or xlsx (default: by the file’s name, else csv)',
  },
  columns: { zh: '列的代码，用逗号分开（默认全部）', en: 'keys of columns, comma-separated (default: all)' },
  lang: { zh: '表头和词语的语言：zh-CN 或 en', en: 'language of headings and words: zh-CN or en' },
  output: { zh: '写到这个文件；- 表示标准输出', en: 'the file to write; - for stdout' },
  unknown_list: {
    zh: '没有列表“{name}”。可选：{lists}',
    en: 'There is no list “{name}”. There are: {lists}',
  },
  bad_filter: { zh: '条件不对：{fields}', en: 'Wrong filter: {fields}' },
  unknown_filter: {
    zh: '“{name}”没有条件 {unknown}。可选：{known}',
    en: '{name} has no filter {unknown}. There are: {known}',
  },
  needs_id: {
    zh: '“{name}”需要 {param}，如 --filter "{param}=1001"',
    en: '{name} needs {param}, as in --filter "{param}=1001"',
  },
  done: { zh: '已导出 {rows} 行到 {path}', en: '{rows row|rows} exported to {path}' },
})
