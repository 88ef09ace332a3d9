import { words } from '../../kernel/text.ts'

export const viewText = words({
  'may.views:share': { zh: '把保存的视图共享给他人', en: 'Share saved views with others' },
  'parties.view_needs_person': {
    zh: '视图属于人，密钥和命令行不能保存视图',
    en: 'A view belongs to a person: keys and the command line cannot save one',
  },
  'parties.view_not_yours': {
    zh: '这个视图是“{owner}”的，你不能改。可以另存为自己的',
    en: 'This view is {owner}’s, so you cannot change it. Save it as your own instead',
  },
  'parties.view_share': {
    zh: '你的角色不能把视图共享到这个范围',
    en: 'Your role cannot share views that far',
  },
  'parties.view_too_many': {
    zh: '每人最多保存 {most} 个视图',
    en: 'A person can keep {most view|views}',
  },
})
