import { defineModule, type Module } from '../../kernel/module.ts'
import { checkDraft } from './check.ts'
import { identity } from './contract.ts'
import { firstLook, importHeard, listen, nightlyScan, scanJob } from './jobs.ts'
import { identityKeeper } from './keeper.ts'
import { mergeParties } from './merge.ts'
import { followsOf } from './moving.ts'
import { afterMerge, mergesOf, recentMerges } from './parted.ts'
import { previewMerge } from './preview.ts'
import { text } from './text.ts'
import { unmergeParties } from './unmerge.ts'
import { askScan, decidePair, listPairs, scanState, setHints } from './worklist.ts'

/** `all`: every module, each of which says itself how its rows follow; asked when somebody merges. */
export const identityModule = (all: () => readonly Module[]): Module => {
  const follows = () => followsOf(all())
  return defineModule({
    name: 'identity',
    tables: ['identity_merge', 'identity_moved', 'identity_key', 'identity_pair', 'identity_progress'],
    routes: identity,
    handlers: {
      preview: (ctx, input) => previewMerge(follows(), ctx, input),
      merge: (ctx, input) => mergeParties(follows(), ctx, input),
      merges: mergesOf,
      recent: recentMerges,
      after: (ctx, input) => afterMerge(follows(), ctx, input),
      unmerge: (ctx, input) => unmergeParties(follows(), ctx, input),
      check: checkDraft,
      pairs: listPairs,
      decide: decidePair,
      state: scanState,
      scan: askScan,
      setHints,
    },
    words: text,
    jobs: [scanJob, nightlyScan, listen, firstLook, importHeard],
    consumers: [
      { event: 'imports.imported', job: importHeard },
      { event: 'imports.undone', job: importHeard },
      { event: 'imports.redone', job: importHeard },
      { event: 'sample.loaded', job: importHeard },
    ],
    keeps: identityKeeper,
    follows: {
      tables: [
        { table: 'identity_merge', how: 'stays', because: 'it says who was merged' },
        { table: 'identity_moved', how: 'stays', because: 'what a merge moved' },
        { table: 'identity_key', how: 'made', because: 'of the party, when it has changed' },
        { table: 'identity_pair', how: 'stays', because: 'what was judged of these two' },
      ],
    },
  })
}
