import { words } from '../../kernel/text.ts'
import { readRefusals } from './reasons.text.ts'
import { undoText } from './undo.text.ts'

export const text = words({
  ...readRefusals,
  ...undoText,
  'may.imports:read': { zh: '查看导入记录和报告', en: 'See imports and their reports' },
  'may.imports:write': { zh: '导入订单、客户和商品', en: 'Import orders, customers and products' },
  'imports.wrong_state': {
    zh: '这次导入目前不能这样操作（{state}）',
    en: 'This cannot be done with the import now ({state})',
  },
  'imports.too_large': { zh: '文件太大，上限 {gb} GB', en: 'The file is too large; the limit is {gb} GB' },
  'imports.broken_upload': {
    zh: '上传中断，文件不完整；请重新上传',
    en: 'The upload broke off, so the file is incomplete. Please send it again',
  },
  'imports.bad_unit': {
    zh: '没有这个部门，或不在你的权限范围内',
    en: 'There is no such unit, or it is outside what you may change',
  },
  'imports.withheld': {
    zh: '文件里有你的角色看不到的联系方式；请上传者处理退回的行',
    en: 'The file holds contact details that your role does not see. Ask whoever sent it',
  },
  'imports.key_masked': {
    zh: '你的角色看不到这种联系方式，不能用它来识别客户',
    en: 'Your role does not see these contact details, so parties cannot be told by them',
  },
  'imports.ended': { zh: '这次导入已不在进行', en: 'This import is no longer under way' },
  'imports.phase.reading': { zh: '读取文件', en: 'Reading the file' },
  'imports.phase.judging': { zh: '比对', en: 'Comparing' },
  'imports.phase.writing': { zh: '写入', en: 'Writing' },
  'imports.phase.listing': { zh: '更新客户列表', en: 'Updating the lists' },
  'imports.run': { zh: '导入', en: 'Import' },
  'imports.preview': { zh: '预检', en: 'Preview' },
})
