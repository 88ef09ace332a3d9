import { defineModule } from '../../kernel/module.ts'
import { pools } from './contract.ts'
import { poolFollows, poolKeeper } from './keeper.ts'
import { claim, giveBack, ofParty } from './moves.ts'
import { createPool, listPools, removePool, updatePool } from './pools.ts'
import { poolMoves, poolParties } from './read.ts'
import { preview, recycle, runNow } from './recycle.ts'
import { text } from './text.ts'

export const module = defineModule({
  name: 'pools',
  tables: ['pool', 'pool_move', 'pool_warning'],
  routes: pools,
  handlers: {
    list: listPools,
    create: createPool,
    update: updatePool,
    remove: removePool,
    parties: poolParties,
    claim,
    giveBack,
    ofParty: (ctx, { params }) => ofParty(ctx, params.id),
    moves: poolMoves,
    preview,
    run: runNow,
  },
  words: text,
  jobs: [recycle],
  keeps: poolKeeper,
  follows: poolFollows,
})
