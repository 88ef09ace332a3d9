// Who the seeded company knows: the same row, the same name, in both scripts, on every machine.
const surnames = [
  '王',
  '李',
  '张',
  '刘',
  '陈',
  '杨',
  '赵',
  '黄',
  '周',
  '吴',
  '徐',
  '孙',
  '胡',
  '朱',
  '高',
  '林',
  '何',
  '郭',
  '马',
  '罗',
  '单',
  '曾',
  '仇',
  '解',
]
const given = [
  '伟',
  '芳',
  '娜',
  '敏',
  '静',
  '丽',
  '强',
  '磊',
  '军',
  '洋',
  '勇',
  '艳',
  '杰',
  '娟',
  '涛',
  '明',
  '超',
  '秀英',
  '建国',
  '志强',
  '晓燕',
  '海波',
]
const places = [
  '华东',
  '宁波',
  '苏州',
  '杭州',
  '无锡',
  '东莞',
  '深圳',
  '广州',
  '厦门',
  '温州',
  '嘉兴',
  '中山',
  '青岛',
  '成都',
  '武汉',
  '西安',
]
const trades = [
  '机电',
  '液压',
  '传动',
  '精密',
  '阀门',
  '泵业',
  '轴承',
  '五金',
  '气动',
  '模具',
  '齿轮',
  '密封件',
  '紧固件',
  '电机',
  '仪表',
  '贸易',
]
const first = [
  'Kim',
  'Alex',
  'Maria',
  'John',
  'Priya',
  'Chen',
  'Laura',
  'Omar',
  'Sara',
  'Tom',
  'Nina',
  'Ivan',
  'Eva',
  'Hugo',
  'Lina',
  'Mark',
]
const last = [
  'Lee',
  'Smith',
  'Garcia',
  'Brown',
  'Patel',
  'Novak',
  'Jones',
  'Khan',
  'Rossi',
  'Weber',
  'Silva',
  'Dubois',
  'Kowalski',
  'Nilsson',
]
const firms = [
  'Northwind',
  'Kestrel',
  'Brightwater',
  'Ludao',
  'Harbour',
  'Summit',
  'Cedar',
  'Falcon',
  'Granite',
  'Lakeside',
  'Orchard',
  'Pioneer',
]
const kinds = [
  'Automation',
  'Components',
  'Pumps',
  'Seals',
  'Trading',
  'Supplies',
  'Bearings',
  'Tools',
  'Controls',
  'Motors',
]

const pick = <T>(list: readonly T[], n: number): T => list[n % list.length]!
/** A fixed, well-mixed number for row `i` and purpose `salt`. */
export function mixed(i: number, salt: number): number {
  let t = Math.imul(i ^ (i >>> 15) ^ Math.imul(salt, 0x9e3779b1), 0x85ebca6b)
  t = Math.imul(t ^ (t >>> 13), 0xc2b2ae35)
  return (t ^ (t >>> 16)) >>> 0
}

export function nameOf(i: number): { name: string; kind: 'person' | 'organisation' } {
  const n = mixed(i, 1)
  const m = mixed(i, 2)
  if (i % 4 === 0)
    return {
      kind: 'organisation',
      name: `${pick(places, n)}${pick(surnames, m)}氏${pick(trades, m >>> 8)}有限公司`,
    }
  if (i % 4 === 1)
    return {
      kind: 'person',
      name: pick(surnames, n) + pick(given, m) + (m % 3 === 0 ? pick(given, m >>> 7) : ''),
    }
  if (i % 4 === 2) return { kind: 'organisation', name: `${pick(firms, n)} ${pick(kinds, m)} ${n % 977}` }
  return { kind: 'person', name: `${pick(first, n)} ${pick(last, m)}` }
}

export const tagsOf = (i: number): string[] => [
  ...(i % 10 === 0 ? ['core'] : []),
  ...(i % 100 === 0 ? ['vip'] : []),
  ...(i % 100_000 === 7 ? ['rare'] : []),
]
export const rolesOf = (i: number): string[] =>
  i % 20 === 0
    ? ['supplier']
    : i % 50 === 1
      ? ['customer', 'partner']
      : i % 200_000 === 3
        ? ['public_body']
        : ['customer']
