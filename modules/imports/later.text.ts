import type { Phrase } from '../../kernel/text.ts'
import { type ReasonCode, reasonTexts } from './reasons.text.ts'

type Texts = { readonly says: Phrase; readonly advice: Phrase }

/** Why a row was turned back that only the whole file, or what is stored, could judge. */
export const laterTexts = {
  two_customers: {
    says: { zh: '同一订单有两位客户', en: 'One order, two customers' },
    advice: { zh: '改成同一位客户，或拆成两张订单', en: 'Give them one customer, or two order numbers' },
  },
  two_currencies: {
    says: { zh: '同一订单有两种币种', en: 'One order, two currencies' },
    advice: { zh: '统一币种，或拆成两张订单', en: 'Give them one currency, or two order numbers' },
  },
  out_of_scope: {
    says: { zh: '客户不存在，或不在你的权限范围内', en: 'No such customer, or outside what you may change' },
    advice: { zh: '核对客户编号，或请有权限的人导入', en: 'Check the customer, or ask somebody who may' },
  },
  twice_in_file: {
    says: { zh: '文件里已有同一条，内容却不同', en: 'It stands in the file before, with other content' },
    advice: { zh: '只留正确的一行', en: 'Keep the line that is right' },
  },
  ambiguous_contact: {
    says: { zh: '邮箱或电话同时属于几位客户', en: 'Several parties have this e-mail address or phone' },
    advice: { zh: '补上客户编号', en: 'Add the id of the one that is meant' },
  },
  ambiguous_key: {
    says: { zh: '有几位客户都对得上这一行', en: 'Several parties are known by what this row says' },
    advice: { zh: '换一个识别方式，或补上外部编号', en: 'Match by something else, or add the external id' },
  },
  key_missing: {
    says: { zh: '缺用来识别的内容', en: 'What the row is to be known by is missing' },
    advice: { zh: '补上这一列，或换一个识别方式', en: 'Fill that column in, or match by something else' },
  },
  exists: {
    says: { zh: '已经存在，按“只新建”未改动', en: 'It is there already; only new ones were to be created' },
    advice: {
      zh: '要更新它，改选“只更新”或“新建并更新”',
      en: 'To change it, choose update, or create and update',
    },
  },
  not_known: {
    says: { zh: '系统里没有，按“只更新”未新建', en: 'It is not known; only known ones were to be updated' },
    advice: {
      zh: '要新建它，改选“只新建”或“新建并更新”',
      en: 'To create it, choose create, or create and update',
    },
  },
  double_skipped: {
    says: {
      zh: '很可能与已有客户重复，按“跳过”未新建',
      en: 'Probably a known customer; such rows were to be skipped',
    },
    advice: {
      zh: '要新建，把“疑似重复”改为“照样新建”；要更新已有客户，改为“更新已有”',
      en: 'To create it, choose create anyway; to change the known one, choose update',
    },
  },
  double_held: {
    says: {
      zh: '很可能与已有客户重复，留待核对',
      en: 'Probably a known customer; held back to be looked at',
    },
    advice: {
      zh: '核对后，把这些行以“照样新建”或“更新已有”再导入一次',
      en: 'Look at them, then import these rows once more: create anyway, or update the known one',
    },
  },
  unknown_owner: {
    says: {
      zh: '没有用这个邮箱登录的负责人，或不在你的权限范围内',
      en: 'No owner with this e-mail address that you may name',
    },
    advice: { zh: '填同事的登录邮箱，或留空', en: 'Give a colleague’s sign-in address, or leave it empty' },
  },
  unknown_unit: {
    says: { zh: '没有这个部门，或不在你的权限范围内', en: 'No unit of this name that you may name' },
    advice: { zh: '填组织架构里的名称，或留空', en: 'Give its name in the tree of units, or leave it empty' },
  },
} satisfies Record<string, Texts>

const all: Readonly<Record<string, Texts>> = { ...reasonTexts, ...laterTexts }
export const textsOf = (code: string): Texts =>
  all[code] ?? { says: { zh: code, en: code }, advice: { zh: '', en: '' } }
export type AnyReasonCode = ReasonCode | keyof typeof laterTexts
