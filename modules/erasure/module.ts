import { defineModule, type Module } from '../../kernel/module.ts'
import { reachParty } from '../parties/party.ts'
import { erasure } from './contract.ts'
import { eraseParty, previewOf } from './erase.ts'
import { everythingOf } from './everything.ts'
import { reapplyErasures } from './reapply.ts'
import { listErasures, recordOf } from './register.ts'
import { completeLedger, settleLedger } from './settle.ts'
import { text } from './text.ts'
import { keepersOf } from './traces.ts'

/** `keeping`: the modules above, each of which says itself what it keeps about a party. */
export const erasureModule = (keeping: readonly Module[]): Module => {
  const keepers = keepersOf(keeping)
  return defineModule({
    name: 'erasure',
    tables: ['erasure'],
    routes: erasure,
    handlers: {
      preview: (ctx, input) => previewOf(keepers, ctx, input),
      erase: (ctx, input) => eraseParty(keepers, ctx, input),
      record: async (ctx, { params }) => {
        await reachParty(ctx, params.id)
        return { erasure: await recordOf(ctx, params.id) }
      },
      list: listErasures,
      everything: (ctx, input) => everythingOf(keepers, ctx, input),
    },
    words: text,
    jobs: [completeLedger],
    follows: {
      tables: [{ table: 'erasure', how: 'stays', because: 'it speaks for the party that was erased' }],
    },
    restoring: settleLedger,
    restored: async (ctx) => {
      await reapplyErasures(ctx, keepers)
    },
  })
}
