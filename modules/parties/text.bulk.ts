import { words } from '../../kernel/text.ts'

export const bulkText = words({
  'parties.bulk_nothing': { zh: '没有可以改的客户', en: 'There is no customer to change' },
  'parties.bulk_moved': {
    zh: '现在符合条件的是 {now} 位，不再是 {expected} 位。请确认后再试',
    en: '{now} {now:matches|match} now, not {expected} any more. Please look again',
  },
  'parties.bulk_selection': {
    zh: '请用编号或条件二者之一选择客户',
    en: 'Choose the customers either by id or by a filter',
  },
  'parties.bulk_value': { zh: '“{field}”不能设为这个值', en: '“{field}” cannot be set to this' },
  'parties.bulk_unique': {
    zh: '“{label}”的值不能重复，不能给多位客户填同一个值',
    en: 'No two customers may have the same “{label}”, so it cannot be set for several at once',
  },
  'parties.bulk_under_way': { zh: '这项批量修改正在进行', en: 'This bulk change is under way' },
  'parties.bulk_undone': { zh: '已经撤销了', en: 'It is undone already' },
  'parties.bulk_not_undone': {
    zh: '还没有撤销，不能重做',
    en: 'It was not undone, so there is nothing to do again',
  },
  'parties.bulk_old': {
    zh: '超过 30 天，不能再撤销',
    en: 'It is more than 30 days old and cannot be undone any more',
  },
  'parties.bulk_over': { zh: '这项批量修改已经结束', en: 'This bulk change has ended' },

  'parties.block_refused': {
    zh: '有 {n} 位客户的内容不能保存，一格也没有写入',
    en: '{n customer|customers} could not be changed, so nothing of the block was written',
  },
  'parties.block_twice': { zh: '同一位客户出现了两次', en: 'The same customer stands in it twice' },
  'parties.block_conflict': { zh: '刚才有人改过这一格', en: 'Somebody has just changed this' },

  'parties.bulk_why.not_yours': { zh: '你只能查看，不能修改', en: 'You may see it, not change it' },
  'parties.bulk_why.in_trash': { zh: '在回收站', en: 'In the trash' },
  'parties.bulk_why.erased': { zh: '已抹除', en: 'Erased' },
  'parties.bulk_why.tags_full': { zh: '标签已满 50 个', en: 'It has 50 tags already' },
  'parties.bulk_why.bad_period': { zh: '角色今天之后才开始', en: 'The role begins after today' },
  'parties.bulk_why.touched': { zh: '之后有人改过', en: 'Changed by somebody since' },
  'parties.bulk_why.out_of_scope': { zh: '会离开你的权限范围', en: 'It would leave your scope' },
  'parties.bulk_why.unfit': {
    zh: '原来的值已不符合这个字段的规则',
    en: 'The field does not take the value from before any more',
  },
  'parties.bulk_why.required': { zh: '这一项不能为空', en: 'This must not be empty' },
  'parties.bulk_why.taken': { zh: '这个值已被别的客户使用', en: 'Another customer has this value' },

  'action.parties.bulk_done': { zh: '批量修改', en: 'Bulk change' },
  'action.parties.bulk_started': { zh: '开始批量修改', en: 'Bulk change started' },
  'action.parties.bulk_cancel_asked': { zh: '要求停止批量修改', en: 'Asked a bulk change to stop' },
})
