import { type Phrase, words } from '../../kernel/text.ts'
import { policyText } from './policies.text.ts'
import type { Policy } from './rules.ts'

/** What the whole file showed, beside the decisions for single lines (policies.text.ts). */
const whole = words({
  duplicate_line: {
    zh: '同一订单里完全相同的行：各算一行，按行序区分',
    en: 'Lines equal to another of their order: each counts, told apart by their place',
  },
  two_times: { zh: '同一订单有两个时间，取最早', en: 'Orders with two times: the earliest counts' },
  two_countries: {
    zh: '同一客户有两个国家，取最近一单的',
    en: 'Customers with two countries: the latest order’s counts',
  },
  codes_by_case: {
    zh: '商品编码只有大小写不同，按不同商品处理',
    en: 'Product codes that differ only by case: different products',
  },
  not_products: {
    zh: '邮费、手续费、折扣、调整等编码，建为相应类型，不算商品',
    en: 'Codes of charges, discounts and adjustments: kept as that kind, not as goods',
  },
  moved: {
    zh: '订单换了客户或补上了客户，已移到新客户名下',
    en: 'Orders that gained or changed their customer moved to them',
  },
  removed_lines: {
    zh: '文件里没有的订单行已删除（旧值留在历史里）',
    en: 'Order lines that the file lacks were removed; history keeps them',
  },
  no_rate: {
    zh: '公司以 {base} 为本位币，没有 {currencies} 的汇率：这些订单不计入客户合计，设好汇率或换本位币后自动补算',
    en: 'The company counts in {base} and knows no rate for {currencies}: totals leave these orders out until a rate is set or the company counts in their currency',
  },
  base_adopted: {
    zh: '本位币 {was} 只是最初的推测；从这第一批订单起，公司以 {base} 为本位币',
    en: 'The base currency {was} was only a guess: from these first orders on, the company counts in {base}',
  },
  dates_read_mdy: {
    zh: '文件看不出 3/4 是几月几日，按 3 月 4 日读取；不对的话请撤销，改选项后重新导入',
    en: 'The file does not tell whether 3/4 is 4 March or 3 April: it was read as 4 March. If that is wrong, undo, choose the other and import again',
  },
  dates_read_dmy: {
    zh: '文件看不出 3/4 是几月几日，按 4 月 3 日读取；不对的话请撤销，改选项后重新导入',
    en: 'The file does not tell whether 3/4 is 4 March or 3 April: it was read as 3 April. If that is wrong, undo, choose the other and import again',
  },
  cut: {
    zh: '文件首尾的订单可能被截断：只补不删',
    en: 'The first or last order of the file may be cut: lines were added, none removed',
  },
  cut_and_removed: {
    zh: '文件首尾的订单可能被截断，且按“整单”删除了缺少的行，请核对',
    en: 'The first or last order may be cut, and lines it lacks were removed as the options say. Please check',
  },
  formula_text: {
    zh: '有单元格像公式（以 =、+、-、@ 开头）：按文字保存，不会执行；导出时加单引号',
    en: 'Cells that look like formulas (=, +, -, @ in front) are kept as text and never run; exports put an apostrophe before them',
  },
  uncalculated: {
    zh: '有公式还没有计算结果，按空值读取。请在 Excel 里打开、保存后再导入',
    en: 'Formulas without a worked-out value were read as empty. Open and save the workbook in Excel, then import it again',
  },
  merged_filled: {
    zh: '合并单元格：下面各行取合并格里的值',
    en: 'Merged cells: the rows below got the value of the merged cell',
  },
  doubles_created: {
    zh: '很可能与已有客户重复，照样新建；可到“查重”里合并',
    en: 'Probably known customers, created all the same; merge them under Duplicates',
  },
  doubles_skipped: { zh: '很可能与已有客户重复，已跳过', en: 'Probably known customers: skipped' },
  doubles_updated: {
    zh: '很可能就是已有客户，更新了已有的',
    en: 'Probably known customers: the known ones were changed',
  },
  doubles_held: {
    zh: '很可能与已有客户重复，留待核对',
    en: 'Probably known customers: held back to be looked at',
  },
  ties_made: { zh: '与所属单位建立了任职关系', en: 'Ties made between people and their organisations' },
  ties_changed: { zh: '更新了已有任职关系的职务或日期', en: 'Ties that got another title or other dates' },
  ties_created: { zh: '按所属单位新建的单位', en: 'Organisations made because people work there' },
  ties_unknown: {
    zh: '没有找到所属单位，没有建立关系，名称记在备注里。可先导入单位，或勾选“没有的所属单位就新建”',
    en: 'Organisations that were not found: no tie was made, the name stands in the note. Import them first, or let them be made',
  },
  ties_several: {
    zh: '所属单位重名，不知是哪一家，没有建立关系，名称记在备注里。可改填单位编号',
    en: 'Several organisations have that name: no tie was made, the name stands in the note. Give their id instead',
  },
} satisfies Record<string, Phrase>)

export type NoticeCode = Policy | keyof typeof whole
export const noticeText: { readonly [C in NoticeCode]: Phrase } = { ...policyText, ...whole }

/** Worth a look before going on; the others only say what was done. */
export const warnings: ReadonlySet<NoticeCode> = new Set<NoticeCode>([
  'no_rate',
  'dates_read_mdy',
  'dates_read_dmy',
  'doubles_created',
  'doubles_held',
  'ties_unknown',
  'ties_several',
  'base_adopted',
  'cut',
  'cut_and_removed',
  'removed_lines',
  'moved',
  'formula_text',
  'uncalculated',
])
