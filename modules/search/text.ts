import { words } from '../../kernel/text.ts'

export const text = words({
  'search.title': { zh: '搜索', en: 'Search' },
})
