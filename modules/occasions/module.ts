import { defineModule } from '../../kernel/module.ts'
import { occasions } from './contract.ts'
import { occasionFollows } from './follows.ts'
import { occasionKeeper } from './keeper.ts'
import { add, change, ofParty, remove } from './occasions.ts'
import { text } from './text.ts'
import { upcoming } from './upcoming.ts'

export const module = defineModule({
  name: 'occasions',
  tables: ['occasion'],
  routes: occasions,
  handlers: { ofParty, add, change, remove, upcoming },
  words: text,
  keeps: occasionKeeper,
  follows: occasionFollows,
})
