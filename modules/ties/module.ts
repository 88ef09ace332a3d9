import { defineModule } from '../../kernel/module.ts'
import { ties } from './contract.ts'
import { tieFollows, tieKeeper } from './keeper.ts'
import { group, household, ofParty } from './read.ts'
import { text } from './text.ts'
import { add, change, remove } from './write.ts'

export const module = defineModule({
  name: 'ties',
  tables: ['tie'],
  routes: ties,
  handlers: { ofParty, add, change, remove, group, household },
  words: text,
  keeps: tieKeeper,
  follows: tieFollows,
})
