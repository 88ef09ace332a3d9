export const bands = ['certain', 'likely', 'possible'] as const
export type Band = (typeof bands)[number]
export const pairStates = ['open', 'later', 'not_same', 'merged'] as const
export type PairState = (typeof pairStates)[number]
export const decisions = ['not_same', 'later', 'open'] as const
export type Decision = (typeof decisions)[number]
export const reasonKinds = [
  'unionid',
  'openid',
  'email',
  'email_variant',
  'phone',
  'phone_variant',
  'phone_virtual',
  'address',
  'organisation',
  'web',
  'name',
  'name_script',
  'name_pinyin',
  'name_order',
  'name_form',
  'name_close',
  'name_differs',
  'country_differs',
] as const
export type ReasonKind = (typeof reasonKinds)[number]
