import type { Phrase } from '../../../kernel/text.ts'
import type { channels, MarketRole, PartyKind } from '../../parties/contract.ts'

/** Words that people put into cells, in both languages → our own. Files of one house never agree on them. */

const ROLES: Record<MarketRole, string> = {
  customer: 'customer client buyer account 客户 顾客 买家 会员 正式客户 老客户 成交客户',
  prospect: 'prospect lead potential potentialcustomer 潜在客户 潜客 线索 意向客户 意向 准客户',
  supplier: 'supplier vendor 供应商 供货商 供方',
  distributor:
    'distributor dealer reseller wholesaler agent channel 经销商 分销商 代理商 代理 渠道 渠道商 批发商',
  partner: 'partner ally 合作伙伴 伙伴 合作方 盟友',
  competitor: 'competitor rival 竞争对手 竞争者 对手 同行',
  public_body:
    'government publicbody authority regulator public 政府 政府机构 公共机构 政府与公共机构 governmentorpublicbody 主管部门 监管机构 事业单位 公共部门',
  influencer: 'influencer kol koc opinionleader referrer 影响者 有影响力的人 意见领袖 达人 推荐人 有影响的人',
  employee: 'employee staff colleague 员工 职员 雇员 同事',
  recruit: 'recruit candidate applicant 应聘者 候选人 求职者 招聘对象 应聘人才',
}
const KINDS: Record<PartyKind, string> = {
  person: 'person individual people personal contact human p c 个人 自然人 联系人 人 个体 个人客户',
  organisation:
    'organisation organization org company business enterprise firm corporate institution legalentity b o 组织 企业 公司 单位 机构 法人 团体 企业客户 公司客户 单位客户',
}
const LANGUAGES: Record<'zh-CN' | 'en', string> = {
  'zh-CN':
    'zh zhcn zhhans chinese mandarin cn chs 中文 汉语 简体 简体中文 中国 普通话 zhtw zhhk zhhant 繁体中文',
  en: 'en enus engb english eng 英文 英语',
}
const CHANNELS: Record<(typeof channels)[number], string> = {
  email: 'email mail emailaddress e 邮件 邮箱 电子邮件',
  phone: 'phone telephone call tel mobile 电话 手机 致电',
  sms: 'sms text textmessage 短信',
  wechat: 'wechat weixin wecom wx 微信 企业微信',
  visit: 'visit inperson facetoface 拜访 上门 面谈 当面',
  post: 'post letter postalmail 信件 邮寄 信函',
}

const flat = (text: string) =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s\-_./'’]/g, '')

function reader<K extends string>(table: Record<K, string>): (text: string) => K | undefined {
  const known = new Map<string, K>()
  for (const key of Object.keys(table) as K[])
    for (const word of table[key].split(' ')) if (!known.has(word)) known.set(word, key)
  return (text) => {
    const word = flat(text)
    return known.get(word) ?? known.get(word.replace(/s$/, ''))
  }
}

export const marketRoleOf = reader(ROLES)
/** With the company's words for them, and those of its own: its names go before ours. */
export function marketRoleReader(names: Readonly<Record<string, Phrase>> = {}) {
  const known = new Map<string, MarketRole>()
  for (const [role, { zh, en }] of Object.entries(names))
    for (const word of [zh, en, role].map(flat))
      if (word && !known.has(word)) known.set(word, role as MarketRole)
  return (text: string): MarketRole | undefined => known.get(flat(text)) ?? marketRoleOf(text)
}
export const partyKindOf = reader(KINDS)
export const languageOf = reader(LANGUAGES)
export const channelPreferenceOf = reader(CHANNELS)

/** A name that reads as a company's; used only where a file does not say. */
export const looksLikeOrganisation = (name: string): boolean =>
  /(?:公司|集团|厂|店|商行|商场|超市|酒店|医院|学校|大学|学院|银行|研究院|研究所|事务所|中心|协会|委员会|局|部|合作社|经营部|工作室|有限合伙)$|\b(?:ltd|limited|inc|llc|llp|corp|co|gmbh|ag|plc|s\.?a|b\.?v|pty|group|company|university|bank|hospital)\b\.?/iu.test(
    name,
  )
