const browsers = [
  ['Edg', 'Edge'],
  ['MicroMessenger', 'WeChat'],
  ['OPR', 'Opera'],
  ['Firefox', 'Firefox'],
  ['Chrome', 'Chrome'],
  ['Safari', 'Safari'],
] as const
const systems = [
  ['iPhone', 'iPhone'],
  ['iPad', 'iPad'],
  ['Android', 'Android'],
  ['HarmonyOS', 'HarmonyOS'],
  ['Windows', 'Windows'],
  ['Mac OS X', 'Mac'],
  ['CrOS', 'ChromeOS'],
  ['Linux', 'Linux'],
] as const

/** “Chrome · Windows”: enough for a person to know their own device again; names are the products' own. */
export function deviceOf(agent: string | null): string {
  if (!agent) return '—'
  const find = (list: readonly (readonly [string, string])[]) =>
    list.find(([mark]) => agent.includes(mark))?.[1]
  return [find(browsers), find(systems)].filter(Boolean).join(' · ') || agent.slice(0, 40)
}
