import { words } from '../../kernel/text.ts'

export const fieldKindText = words({
  text: { zh: '单行文字', en: 'Text' },
  long_text: { zh: '多行文字', en: 'Long text' },
  number: { zh: '数字', en: 'Number' },
  money: { zh: '金额', en: 'Money' },
  date: { zh: '日期', en: 'Date' },
  yes_no: { zh: '是或否', en: 'Yes or no' },
  choice: { zh: '单选', en: 'Choice' },
  multi_choice: { zh: '多选', en: 'Several choices' },
  party: { zh: '关联客户', en: 'Reference to a party' },
  link: { zh: '链接', en: 'Link' },
})

export const text = words({
  'may.fields:write': { zh: '设置自定义字段', en: 'Define custom fields' },

  'fields.unknown': { zh: '没有自定义字段“{field}”', en: 'There is no custom field “{field}”' },
  'fields.not_editable': { zh: '你的角色不能修改“{label}”', en: 'Your role may not edit “{label}”' },
  'fields.required': { zh: '“{label}”必填', en: '“{label}” is required' },
  'fields.bad_text': { zh: '“{label}”要填文字', en: '“{label}” must be text' },
  'fields.too_long': {
    zh: '“{label}”最多 {max} 个字',
    en: '“{label}” may have {max character|characters} at most',
  },
  'fields.bad_number': {
    zh: '“{label}”要填数字，最多 15 位',
    en: '“{label}” must be a number of up to 15 digits',
  },
  'fields.too_precise': {
    zh: '“{label}”最多 {decimals} 位小数',
    en: '“{label}” may have {decimals decimal|decimals} at most',
  },
  'fields.out_of_range': {
    zh: '“{label}”超出了允许的范围',
    en: '“{label}” is outside the range that is allowed',
  },
  'fields.bad_money': {
    zh: '“{label}”的金额不对：要最小货币单位的整数和币种',
    en: '“{label}” is not an amount: whole minor units and a currency',
  },
  'fields.bad_currency': {
    zh: '“{label}”的币种“{currency}”不认识',
    en: '“{label}”: {currency} is no currency',
  },
  'fields.bad_date': {
    zh: '“{label}”不是日期，例如 2024-02-29',
    en: '“{label}” is not a date such as 2024-02-29',
  },
  'fields.bad_yes_no': { zh: '“{label}”要填是或否', en: '“{label}” must be yes or no' },
  'fields.bad_choice': { zh: '“{label}”里没有选项“{value}”', en: '“{label}” has no option “{value}”' },
  'fields.bad_party': {
    zh: '“{label}”要指向一位你能看到的客户',
    en: '“{label}” must refer to a party that you can see',
  },
  'fields.bad_link': {
    zh: '“{label}”要填网址（http、https）或邮件链接（mailto）',
    en: '“{label}” must be a web address (http, https) or a mailto link',
  },
  'fields.taken': { zh: '“{label}”的这个值已属于“{name}”', en: 'This “{label}” already belongs to {name}' },
  'fields.taken_elsewhere': {
    zh: '“{label}”的这个值已被别的客户使用',
    en: 'Another party already has this “{label}”',
  },

  'fields.no_label': { zh: '中文或英文名称至少填一个', en: 'Give it a name in Chinese or English' },
  'fields.key_taken': {
    zh: '字段标识“{key}”已经用过，换一个',
    en: 'The key “{key}” has been used. Choose another',
  },
  'fields.bad_rules': {
    zh: '规则“{rule}”不适用于这种字段，或填得不对',
    en: 'The rule “{rule}” does not fit this kind of field',
  },
  'fields.bad_option': {
    zh: '选项不对：每个选项要有名称，标识不能重复，至少一个',
    en: 'Options need a name each and keys of their own, and there must be one',
  },
  'fields.bad_default': {
    zh: '默认值不符合这个字段的要求',
    en: 'The default is not a value that this field takes',
  },
  'fields.bad_role': { zh: '没有这个角色', en: 'There is no such role' },
  'fields.kind_held': {
    zh: '已有 {count} 位客户填了值，不能改成这种类型',
    en: '{count party holds|parties hold} a value, which this kind could not keep',
  },
  'fields.option_held': {
    zh: '选项“{option}”还有 {count} 位客户在用，可以改为停用',
    en: '{count party has|parties have} the option “{option}”. Archive it instead',
  },
  'fields.not_distinct': { zh: '这种字段不能要求不重复', en: 'Values of this kind cannot be kept unique' },
  'fields.default_distinct': {
    zh: '不允许重复的字段不能有默认值',
    en: 'A field whose values are unique cannot have a default',
  },
  'fields.doubles': {
    zh: '现有的值有 {count} 处重复，先改正，例如“{value}”',
    en: '{count value stands|values stand} at more than one party, such as “{value}”. Mend that first',
  },
  'fields.not_archived': { zh: '先停用这个字段，再删除', en: 'Archive the field first' },
  'fields.values_changed': {
    zh: '现在有 {count} 位客户填了值，请按这个数确认',
    en: '{count party holds|parties hold} a value now. Confirm with that number',
  },
})
