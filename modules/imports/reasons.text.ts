/** Why a row of a file was turned back: what is wrong and what to do, for the rejects file and the report. */
import { type Phrase, words } from '../../kernel/text.ts'

export const reasonText = words({
  ragged: { zh: '列数与表头不一致', en: 'The row does not have as many columns as the header' },
  bad_quotes: { zh: '引号不成对', en: 'Quotation marks do not pair up' },
  bad_encoding: {
    zh: '含有无法识别的字符，文件编码可能不对',
    en: 'Contains characters that cannot be read; the encoding may be wrong',
  },
  missing_order_number: { zh: '缺订单号', en: 'The order number is missing' },
  missing_name: { zh: '缺名称', en: 'The name is missing' },
  missing_code: { zh: '缺商品编码', en: 'The product code is missing' },
  missing_identity: {
    zh: '没有能认出客户的内容（编号、邮箱或手机号）',
    en: 'Nothing identifies the customer (id, e-mail or phone)',
  },
  damaged_id: {
    zh: '编号被表格软件改成了科学计数（如 1.2E+12），后几位已丢失',
    en: 'A spreadsheet turned the id into 1.2E+12 form and lost digits',
  },
  bad_date: { zh: '日期无法识别', en: 'Not a date' },
  bad_quantity: { zh: '数量不是数字', en: 'The quantity is not a number' },
  bad_price: { zh: '单价不是数字', en: 'The unit price is not a number' },
  bad_amount: { zh: '金额不是数字或过大', en: 'The amount is not a number, or too large' },
  bad_cost: { zh: '成本不是数字', en: 'The unit cost is not a number' },
  bad_line_number: { zh: '行号应为正整数', en: 'The line number must be a whole number above 0' },
  bad_email: { zh: '邮箱格式不对', en: 'Not an e-mail address' },
  bad_phone: { zh: '电话号码无法识别', en: 'Not a telephone number' },
  bad_wechat: {
    zh: '微信号只能是字母、数字和 _ - . @',
    en: 'A WeChat id has only letters, digits and _ - . @',
  },
  unknown_currency: { zh: '币种代码不认识', en: 'Unknown currency' },
  unknown_kind: { zh: '类型应为个人或组织', en: 'The kind must be person or organisation' },
  unknown_role: { zh: '市场角色不认识', en: 'Unknown market role' },
  unknown_language: { zh: '语言不认识', en: 'Unknown language' },
  unknown_channel: { zh: '联系渠道不认识', en: 'Unknown channel' },
  too_long: { zh: '内容过长', en: 'Too long' },
} satisfies Record<string, Phrase>)

export type ReasonCode = keyof typeof reasonText
