import { words } from '../../../../kernel/text.ts'

/** Words of writing in the list's cells. */
export const text = words({
  not_yours: { zh: '你只能修改自己负责的客户', en: 'You may change only customers that are yours' },
  no_right: { zh: '你的角色不能修改客户', en: 'Your role may not change customers' },
  in_trash: { zh: '在回收站里，请先恢复', en: 'In the trash: restore it first' },
  on_page: { zh: '请在客户页上修改', en: 'Edit it on the customer’s page' },
  worked_out: { zh: '由订单计算，不能在这里改', en: 'Worked out from orders, not edited here' },
  field_no_right: { zh: '你的角色不能修改这一项', en: 'Your role may not edit this field' },
  no_name: { zh: '名称不能为空', en: 'The name must not be empty' },
  too_long: { zh: '最多 {n} 个字', en: 'At most {n character|characters}' },
  not_there: { zh: '没有“{text}”这一项', en: 'There is no “{text}”' },
  several: {
    zh: '有几个“{text}”，请在客户页上选',
    en: 'There are several called “{text}”; choose on the customer’s page',
  },
  no_unit: { zh: '单位不能为空', en: 'The unit must not be empty' },
  tag_long: { zh: '一个标签最多 60 个字', en: 'A tag has at most 60 characters' },
  tags_many: { zh: '最多 50 个标签', en: 'At most 50 tags' },
  yes: { zh: '是', en: 'Yes' },
  no: { zh: '否', en: 'No' },
  saved: { zh: '已保存“{name}”', en: 'Saved “{name}”' },
  saved_n: { zh: '已保存 {n} 位客户', en: 'Saved {n customer|customers}' },
  undo: { zh: '撤销', en: 'Undo' },
  undone: { zh: '已撤销', en: 'Undone' },
  not_undone: { zh: '没有撤销：{why}', en: 'Not undone: {why}' },
  not_saved: { zh: '没有保存：{why}', en: 'Not saved: {why}' },
  conflict: {
    zh: '刚才有人改成了“{now}”。你写的没有保存，再来一次就用你的。',
    en: 'Somebody has just changed it to “{now}”. Yours was not saved; once more uses yours.',
  },
  offline: {
    zh: '连不上服务器，你写的还在',
    en: 'the server cannot be reached; what you wrote is still here',
  },
  empty: { zh: '空', en: 'empty' },
})
