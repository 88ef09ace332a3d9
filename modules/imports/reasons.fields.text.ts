import type { Phrase } from '../../kernel/text.ts'
import type { BadCode } from '../parties/rules.fields.ts'

type Texts = { readonly says: Phrase; readonly advice: Phrase }
const texts = <const R extends Record<string, Texts>>(table: R): R => table

/** Why a custom field's cell, or a row for the sake of its custom fields, was turned back. */
export const fieldReasons = texts({
  field_text: {
    says: { zh: '不是能保存的文字', en: 'Not a text that can be kept' },
    advice: { zh: '去掉特殊字符', en: 'Remove special characters' },
  },
  field_too_long: {
    says: { zh: '超过了这个字段的长度', en: 'Longer than this field may be' },
    advice: { zh: '缩短内容', en: 'Shorten it' },
  },
  field_number: {
    says: { zh: '不是数字，或小数位太多', en: 'Not a number, or with too many decimals' },
    advice: { zh: '只填数字，例如 12.5', en: 'Give a number alone, such as 12.5' },
  },
  field_range: {
    says: { zh: '超出了允许的范围', en: 'Outside the range that is allowed' },
    advice: { zh: '核对这个字段的上下限', en: 'Check the limits of this field' },
  },
  field_money: {
    says: { zh: '不是金额，或币种不认识', en: 'Not an amount, or an unknown currency' },
    advice: { zh: '例如 1250.00 或 1250 CNY', en: 'Such as 1250.00 or 1250 CNY' },
  },
  field_date: {
    says: { zh: '不是日期', en: 'Not a date' },
    advice: { zh: '例如 2024-02-29', en: 'Such as 2024-02-29' },
  },
  field_yes_no: {
    says: { zh: '既不是“是”也不是“否”', en: 'Neither yes nor no' },
    advice: { zh: '填是或否', en: 'Give yes or no' },
  },
  field_option: {
    says: { zh: '没有这个选项', en: 'There is no such option' },
    advice: { zh: '改成已有的选项，或在导入时对应', en: 'Give one of the options, or say which is meant' },
  },
  field_party: {
    says: { zh: '找不到这位客户，或不止一位', en: 'No such party, or more than one' },
    advice: { zh: '填外部编号，或 # 加编号', en: 'Give the external id, or # and the id' },
  },
  field_link: {
    says: { zh: '不是网址或邮件链接', en: 'Neither a web address nor a mailto link' },
    advice: { zh: '以 https:// 开头', en: 'Begin it with https://' },
  },
  field_required: {
    says: { zh: '缺必填的自定义字段', en: 'A required custom field is missing' },
    advice: { zh: '补上必填的列', en: 'Fill in the required column' },
  },
  field_taken: {
    says: {
      zh: '不能重复的字段，这个值已被别的客户使用',
      en: 'Another party has this value of a unique field',
    },
    advice: { zh: '改成别的值', en: 'Give another value' },
  },
  field_twice: {
    says: {
      zh: '不能重复的字段，文件里已有这个值',
      en: 'This value of a unique field stands in the file before',
    },
    advice: { zh: '每行给不同的值', en: 'Give each row a value of its own' },
  },
})

export const reasonOf = {
  'fields.bad_text': 'field_text',
  'fields.too_long': 'field_too_long',
  'fields.bad_number': 'field_number',
  'fields.too_precise': 'field_number',
  'fields.out_of_range': 'field_range',
  'fields.bad_money': 'field_money',
  'fields.bad_currency': 'field_money',
  'fields.bad_date': 'field_date',
  'fields.bad_yes_no': 'field_yes_no',
  'fields.bad_choice': 'field_option',
  'fields.bad_party': 'field_party',
  'fields.bad_link': 'field_link',
} as const satisfies { readonly [C in BadCode]: keyof typeof fieldReasons }
