import { partyApi } from '../../parties/web/partyApi.ts'
import { noteApi } from './noteApi.ts'

/** Queries that a note changes. */
export const noteChanges = [noteApi.ofParty.key, noteApi.history.key, partyApi.timeline.key]
