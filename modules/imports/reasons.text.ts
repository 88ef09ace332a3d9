/** Why a row or a whole file was turned back, and how to mend it: for the rejects file, the report and the API. */
import { type Phrase, words } from '../../kernel/text.ts'
import { fieldReasons } from './reasons.fields.text.ts'

type Reason = { readonly says: Phrase; readonly advice: Phrase }
const reasons = <const R extends Record<string, Reason>>(table: R): R => table

export const reasonTexts = reasons({
  ...fieldReasons,
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
  nul: {
    says: { zh: '含有空字符（NUL，显示为 ␀）', en: 'Holds a NUL character (shown as ␀)' },
    advice: {
      zh: '在原软件里删掉这个字符，再重新导出',
      en: 'Remove the character where the file comes from, and export again',
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
  other_date_order: {
    says: {
      zh: '日期要按另一种日月顺序才读得通',
      en: 'Only with day and month the other way round is this a date',
    },
    advice: {
      zh: '若整个文件都是这样写的，请撤销，改“日期 3/4 是”后重新导入；否则只改这一行',
      en: 'If the whole file is written so, undo, change what 3/4 means and import again; else mend this row',
    },
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
  other_currency: {
    says: { zh: '金额带着另一种货币的符号', en: 'The amount carries the sign of another currency' },
    advice: {
      zh: '导入前把币种改成这种货币；文件里有几种货币的，加一列币种',
      en: 'Choose that currency before importing; where a file has several, add a column for it',
    },
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
  header_again: {
    says: { zh: '这一行又是表头', en: 'This row is the header again' },
    advice: { zh: '几份文件拼在一起时常见，删掉即可', en: 'Common where files were joined: delete it' },
  },
  formula_error: {
    says: { zh: '公式出错（如 #N/A、#REF!）', en: 'A formula failed (#N/A, #REF! …)' },
    advice: { zh: '在表格里改好公式，或填上实际的值', en: 'Mend the formula, or put the value in its place' },
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
  'imports.no_rows': { zh: '只有表头，没有数据', en: 'There is only a header, and no data below it' },
  'imports.not_text': {
    zh: '这是 {looks_like} 文件，不是表格。请在原软件里另存为 Excel（.xlsx）或 CSV 再导入',
    en: 'This is a {looks_like} file, not a table. Save it as Excel (.xlsx) or CSV where it comes from',
  },
  'imports.binary': {
    zh: '文件里有二进制内容，不是文本表格。请另存为 Excel（.xlsx）或 CSV 再导入',
    en: 'The file holds binary content, so it is no text table. Save it as Excel (.xlsx) or CSV',
  },
  'imports.archive': {
    zh: '这是压缩包（{looks_like}），请先解压，再导入里面的表格',
    en: 'This is an archive ({looks_like}). Unpack it and import the table inside',
  },
  'imports.encrypted': {
    zh: '工作簿有打开密码，无法读取。请在 Excel 里取消密码后再导入',
    en: 'The workbook is protected by a password and cannot be read. Remove the password in Excel first',
  },
  'imports.old_workbook': {
    zh: '这是 Excel 97–2003 的 .xls 文件。请用 Excel 或 WPS 另存为 .xlsx 再导入',
    en: 'This is an .xls file of Excel 97 to 2003. Save it as .xlsx and import that',
  },
  'imports.other_workbook': {
    zh: '暂不支持 {looks_like} 格式。请另存为 .xlsx 或 CSV 再导入',
    en: '{looks_like} workbooks are not read. Save it as .xlsx or CSV',
  },
  'imports.macros': {
    zh: '工作簿带宏（{looks_like}）。为安全起见不读取，请另存为不带宏的 .xlsx',
    en: 'The workbook carries macros ({looks_like}) and is not read. Save it as .xlsx without macros',
  },
  'imports.workbook_broken': {
    zh: '工作簿不完整或已损坏。请用 Excel 或 WPS 打开并重新保存后再导入',
    en: 'The workbook is incomplete or damaged. Open it in Excel and save it again',
  },
  'imports.xml_entities': {
    zh: '工作簿里有自定义的 XML 实体，表格软件不会这样写，已拒绝读取',
    en: 'The workbook declares XML entities of its own, as no spreadsheet does; it was not read',
  },
  'imports.too_many_strings': {
    zh: '工作簿里的文字超过 {mb} MB。请另存为 CSV 再导入，CSV 没有这个限制',
    en: 'The workbook holds more than {mb} MB of text. Save it as CSV, which has no such limit',
  },
  'imports.text_too_long': {
    zh: '工作簿里有一段文字超过 1 MB',
    en: 'A text in the workbook is longer than 1 MB',
  },
  'imports.no_sheet': {
    zh: '没有名为“{sheet}”的工作表。文件里有：{sheets}',
    en: 'There is no sheet “{sheet}”. The file has: {sheets}',
  },
  'imports.wrong_encoding': {
    zh: '文件不是 {encoding} 编码（第 {line} 行起读不通，像是 {looks_like}）。请改选编码，或选“自动识别”',
    en: 'The file is not written in {encoding}: line {line} cannot be read so (it looks like {looks_like}). Choose another encoding, or let it be found out',
  },
  'imports.bomb': {
    zh: '压缩内容解开后超过原来的 200 倍，像是恶意文件，已停止读取。如果数据确实如此，请解压成 CSV 再导入',
    en: 'Unpacked, the content is more than 200 times its size, as in files made to do harm; reading stopped. If the data is real, unpack it and import the CSV',
  },
  'imports.unpacks_too_large': {
    zh: '解开后超过 {gb} GB，请拆成几个文件导入',
    en: 'Unpacked it is more than {gb} GB. Split it into several files',
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
    en: 'Line {line} has more than {cap column|columns}',
  },
  'imports.bad_delimiter': {
    zh: '分隔符应为单个字符，且不能是引号或换行',
    en: 'A delimiter is one character, no quote or line end',
  },
  'imports.header_twice': {
    zh: '表头“{header}”出现了不止一次，不知道该用哪一列。请改表头，或在页面上选定列',
    en: 'The header “{header}” stands over more than one column, so it is not known which is meant. Rename one, or choose the column on the page',
  },
  'imports.header_unnamed': {
    zh: '第 {column} 列没有表头，只能靠猜。请补上表头，或在页面上选定列',
    en: 'Column {column} has no header and could only be guessed. Name it, or choose the column on the page',
  },
  'imports.directory': { zh: '“{path}”是文件夹，不是文件', en: '“{path}” is a folder, not a file' },
  'imports.special_file': {
    zh: '“{path}”不是普通文件（{what}），无法导入',
    en: '“{path}” is no regular file ({what}) and cannot be imported',
  },
  'imports.no_file': { zh: '找不到或无法读取“{path}”（{reason}）', en: '“{path}” cannot be read ({reason})' },
  'imports.file_changed': {
    zh: '导入过程中文件“{path}”被改动，什么都没有写入。等文件写完后再导入',
    en: 'The file “{path}” changed while it was being imported; nothing was written. Import it again once it is complete',
  },
  'imports.unknown_zone': { zh: '时区“{zone}”不存在', en: 'There is no time zone “{zone}”' },
  'imports.bad_pattern': {
    zh: '商品编码的正则式不可用：分组不能重复，* 和 + 合计最多两个',
    en: 'The pattern of product codes cannot be used: no repeated groups, and at most two of * and +',
  },
  'imports.columns_missing': {
    zh: '还有必需的内容没有对上列：{columns}',
    en: 'Columns are still missing for: {columns}',
  },
  'imports.columns_wrong': {
    zh: '列的对应有误（不适用于这种文件，或用了两次）：{columns}',
    en: 'Wrongly matched, not for this kind of file or used twice: {columns}',
  },
})
