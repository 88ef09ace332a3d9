export const rowScopes = ['own', 'team', 'branch', 'all'] as const
export const unitKinds = ['headquarters', 'branch', 'region', 'team'] as const
export const maskable = ['phone', 'email', 'address', 'wechat', 'cost'] as const
