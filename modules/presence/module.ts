import { defineModule } from '../../kernel/module.ts'
import { presence } from './contract.ts'
import { lastChange } from './last.ts'
import type { PresencePart } from './parts.ts'
import { be, leave, list } from './presence.ts'
import { text } from './text.ts'

/** `parts`: what of a party is edited beside its own fields, module by module. */
export const presenceModule = (parts: readonly PresencePart[]) =>
  defineModule({
    name: 'presence',
    tables: ['party_presence'],
    routes: presence,
    handlers: {
      list: (ctx) => list(parts, ctx),
      be: (ctx, input) => be(parts, ctx, input),
      leave,
      last: (ctx, input) => lastChange(parts, ctx, input),
    },
    words: text,
    follows: {
      tables: [{ table: 'party_presence', how: 'stays', because: 'it lapses within seconds' }],
    },
  })
