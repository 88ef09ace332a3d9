import { defineModule } from '../../kernel/module.ts'
import { presence } from './contract.ts'
import { be, leave, list } from './presence.ts'
import { text } from './text.ts'

export const module = defineModule({
  name: 'presence',
  tables: ['party_presence'],
  routes: presence,
  handlers: { list, be, leave },
  words: text,
  follows: {
    tables: [{ table: 'party_presence', how: 'stays', because: 'it lapses within seconds' }],
  },
})
