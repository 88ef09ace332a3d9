/** Why a row or a whole file was turned back, and how to mend it: for the rejects file, the report and the API. */
import { type Phrase, words } from '../../kernel/text.ts'

type Reason = { readonly says: Phrase; readonly advice: Phrase }
const reasons = <const R extends Record<string, Reason>>(table: R): R => table

export const reasonTexts = reasons({
  ragged: {
    says: { zh: '列数与表头不一致', en: 'The row does not have as many columns as the header' },
    advice: { zh: '检查这一行是否多了或少了分隔符', en: 'Look for a delimiter too many or too few' },
  },
  bad_quotes: {
    says: { zh: '引号不成对', en: 'Quotation marks do not pair up' },
    advice: {
      zh: '内容里的引号写成两个（""），整格再用引号括起',
      en: 'Double the quotes inside the cell ("") and quote the whole cell',
    },
  },
  bad_encoding: {
    says: { zh: '有无法识别的字符', en: 'Holds characters that cannot be read' },
    advice: {
      zh: '以 UTF-8 重新导出，或指定文件编码',
      en: 'Export again as UTF-8, or say which encoding the file has',
    },
  },
  missing_order_number: {
    says: { zh: '缺订单号', en: 'The order number is missing' },
    advice: { zh: '补上订单号', en: 'Fill in the order number' },
  },
  missing_name: {
    says: { zh: '缺名称', en: 'The name is missing' },
    advice: { zh: '补上名称', en: 'Fill in the name' },
  },
  missing_code: {
    says: { zh: '缺商品编码', en: 'The product code is missing' },
    advice: { zh: '补上商品编码', en: 'Fill in the product code' },
  },
  damaged_id: {
    says: {
      zh: '编号已被表格软件改成科学计数（如 1.2E+12），后几位丢失',
      en: 'A spreadsheet turned the id into 1.2E+12 form and lost digits',
    },
    advice: {
      zh: '从原系统重新导出，并把该列设为文本格式',
      en: 'Export it again with the column formatted as text',
    },
  },
  bad_date: {
    says: { zh: '日期无法识别', en: 'Not a date' },
    advice: { zh: '写成 2024-03-05 14:30:00 这样的格式', en: 'Write it like 2024-03-05 14:30:00' },
  },
  bad_quantity: {
    says: { zh: '数量不是数字', en: 'The quantity is not a number' },
    advice: { zh: '只填数字，例如 12 或 2.5', en: 'Give a number alone, such as 12 or 2.5' },
  },
  bad_price: {
    says: { zh: '单价不是数字', en: 'The unit price is not a number' },
    advice: { zh: '只填数字，例如 12.50', en: 'Give a number alone, such as 12.50' },
  },
  bad_amount: {
    says: { zh: '金额不是数字，或过大', en: 'The amount is not a number, or too large' },
    advice: { zh: '核对数量、单价和金额', en: 'Check quantity, price and amount' },
  },
  bad_cost: {
    says: { zh: '成本不是非负数字', en: 'The unit cost is not a number of 0 or more' },
    advice: { zh: '只填数字，例如 8.20', en: 'Give a number alone, such as 8.20' },
  },
  bad_line_number: {
    says: { zh: '行号不是正整数', en: 'The line number is not a whole number above 0' },
    advice: { zh: '填 1、2、3……或留空', en: 'Give 1, 2, 3 … or leave it empty' },
  },
  bad_email: {
    says: { zh: '邮箱格式不对', en: 'Not an e-mail address' },
    advice: { zh: '改正邮箱；没有就留空', en: 'Correct the address, or leave it empty' },
  },
  bad_phone: {
    says: { zh: '电话号码无法识别', en: 'Not a telephone number' },
    advice: { zh: '补全区号或国家代码；没有就留空', en: 'Add the area or country code, or leave it empty' },
  },
  bad_wechat: {
    says: { zh: '微信号含有不允许的字符', en: 'Not a WeChat id' },
    advice: { zh: '只能有字母、数字和 _ - . @', en: 'Letters, digits and _ - . @ only' },
  },
  unknown_currency: {
    says: { zh: '币种不认识', en: 'Unknown currency' },
    advice: { zh: '填 CNY、USD 这样的代码', en: 'Give a code such as CNY or USD' },
  },
  unknown_kind: {
    says: { zh: '类型既不是个人也不是组织', en: 'Neither person nor organisation' },
    advice: { zh: '填“个人”或“组织”，或留空', en: 'Give “person” or “organisation”, or leave it empty' },
  },
  unknown_role: {
    says: { zh: '市场角色不认识', en: 'Unknown market role' },
    advice: {
      zh: '填客户、供应商、经销商、伙伴等',
      en: 'Give customer, supplier, distributor, partner and so on',
    },
  },
  unknown_language: {
    says: { zh: '语言不认识', en: 'Unknown language' },
    advice: { zh: '填“中文”或“英文”，或留空', en: 'Give “Chinese” or “English”, or leave it empty' },
  },
  unknown_channel: {
    says: { zh: '联系渠道不认识', en: 'Unknown channel' },
    advice: {
      zh: '填电话、短信、微信、邮件、信函或拜访',
      en: 'Give phone, SMS, WeChat, e-mail, post or visit',
    },
  },
  too_long: {
    says: { zh: '内容过长', en: 'Too long' },
    advice: { zh: '缩短内容；也可能是两列连在了一起', en: 'Shorten it; perhaps two columns ran together' },
  },
})
export type ReasonCode = keyof typeof reasonTexts

/** Refusals of a whole file; `{name}` is filled from the refusal's details. */
export const readRefusals = words({
  'imports.empty': { zh: '文件是空的', en: 'The file is empty' },
  'imports.not_text': {
    zh: '这不是文本表格（像是 {looks_like}）。请在原软件里另存为 CSV 再导入',
    en: 'This is no text table (it looks like {looks_like}). Save it as CSV where it comes from',
  },
  'imports.bomb': {
    zh: '压缩文件解开后大得不合理，已停止读取',
    en: 'The packed file unpacks to an unreasonable size; reading stopped',
  },
  'imports.gzip_broken': { zh: '压缩文件不完整或已损坏', en: 'The packed file is incomplete or damaged' },
  'imports.cell_too_long': {
    zh: '第 {line} 行有一格超过 1 MB',
    en: 'A cell in line {line} is longer than 1 MB',
  },
  'imports.record_too_long': {
    zh: '第 {line} 行开始的记录过长',
    en: 'The record that begins in line {line} is too long',
  },
  'imports.unclosed_quote': {
    zh: '第 {line} 行有引号打开后没有关闭，其后的内容无法分行',
    en: 'A quotation mark opened in line {line} is never closed; what follows cannot be told apart',
  },
  'imports.too_many_columns': {
    zh: '第 {line} 行超过 {cap} 列',
    en: 'Line {line} has more than {cap} columns',
  },
  'imports.bad_delimiter': {
    zh: '分隔符应为单个字符，且不能是引号或换行',
    en: 'A delimiter is one character, no quote or line end',
  },
  'imports.unknown_zone': { zh: '时区“{zone}”不存在', en: 'There is no time zone “{zone}”' },
  'imports.bad_pattern': {
    zh: '商品编码的正则式不可用：分组不能重复，* 和 + 合计最多两个',
    en: 'The pattern of product codes cannot be used: no repeated groups, and at most two of * and +',
  },
  'imports.columns_missing': {
    zh: '还有必需的内容没有对上列：{missing}',
    en: 'Columns are still missing for: {missing}',
  },
  'imports.columns_wrong': {
    zh: '列的对应有误（不适用于这种文件，或用了两次）：{wrong}',
    en: 'Wrongly matched, not for this kind of file or used twice: {wrong}',
  },
})
