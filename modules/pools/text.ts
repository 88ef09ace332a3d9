import { words } from '../../kernel/text.ts'

export const text = words({
  'may.pools:claim': { zh: '领取和退回公海客户', en: 'Claim and return customers of pools' },
  'may.pools:write': { zh: '管理公海', en: 'Manage pools' },
  'pools.name_taken': {
    zh: '这个组织下已有同名公海：{name}',
    en: 'This unit has a pool of that name: {name}',
  },
  'pools.bad_unit': {
    zh: '没有这个组织，或不在你的范围内',
    en: 'There is no such unit, or it is out of your scope',
  },
  'pools.no_rule': {
    zh: '提醒天数要少于回收天数',
    en: 'The warning has to come fewer days before than the customer may rest',
  },
  'pools.not_yours': { zh: '你的角色不能领取这个公海的客户', en: 'Your role may not claim from this pool' },
  'pools.not_active': { zh: '这个公海已停用', en: 'This pool is switched off' },
  'pools.not_a_person': { zh: '只有用户才能领取客户', en: 'Only a user can own a customer' },
  'pools.no_pool': { zh: '没有公海接收这位客户', en: 'There is no pool for this customer' },
  'pools.not_owner': { zh: '只有归属人能退回客户', en: 'Only the owner can return a customer' },
  'pools.why.owned': { zh: '已被领取', en: 'Somebody has them already' },
  'pools.why.not_here': { zh: '不在这个公海里', en: 'Not in this pool' },
  'pools.why.claim_cap': {
    zh: '{days} 天内最多领取 {cap} 位，已领满',
    en: 'You may claim {cap} in {days day|days}, and have',
  },
  'pools.why.holding_cap': { zh: '最多持有 {cap} 位，已满', en: 'You may hold {cap}, and do' },
  'pools.why.cooldown': {
    zh: '你曾经持有过，{day} 起才能再领取',
    en: 'You had them; claim again from {day} on',
  },
  'pools.idle.no_order': { zh: '{days} 天没有订单', en: 'no order for {days day|days}' },
  'pools.idle.no_change': { zh: '{days} 天没有跟进', en: 'nothing happened for {days day|days}' },
})
