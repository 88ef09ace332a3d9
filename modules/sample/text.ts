import { words } from '../../kernel/text.ts'

export const text = words({
  'may.sample:write': { zh: '载入、移除示例数据', en: 'load and remove the sample data' },
  'sample.there': { zh: '示例公司已经在这里了', en: 'The sample company is here already' },
  'sample.none': { zh: '这里没有示例数据', en: 'There are no sample data here' },
  'sample.busy': {
    zh: '示例数据正在载入，请稍候再试',
    en: 'The sample data are being loaded. Try again in a moment',
  },
  'sample.not_empty': {
    zh: '这里已有 {parties} 位自己的客户或往来方。示例数据会混在其中，没有载入；确实要载入请明确说明',
    en: 'You have {parties party|parties} of your own here. Sample data would stand among them, so nothing was loaded; say so expressly if you want that',
  },
  'sample.source_taken': {
    zh: '已有来源为“sample”的记录，移除时分不清哪些是示例，没有载入',
    en: 'There are records of a source called “sample” already. They could not be told from the sample data, so nothing was loaded',
  },
  'sample.company': { zh: '关系示例公司', en: 'Guanxi sample company' },
  'sample.phase.products': { zh: '产品', en: 'Products' },
  'sample.phase.parties': { zh: '客户与往来方', en: 'Parties' },
  'sample.phase.orders': { zh: '订单', en: 'Orders' },
})
