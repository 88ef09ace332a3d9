import { defineModule } from '../../kernel/module.ts'
import { notes } from './contract.ts'
import { scanFile, sweepFiles } from './files/jobs.ts'
import { attachments, download, removeAttachment, restoreAttachment, upload } from './files/store.ts'
import { noteFollows, noteKeeper } from './keeper.ts'
import { add, change, history, mentions, ofParty, remove, restore, seen } from './notes.ts'
import { mentionable } from './people.ts'
import { taskCounts, tasks } from './tasks.read.ts'
import {
  addTask,
  assignable,
  changeTask,
  doneTask,
  removeTask,
  reopenTask,
  restoreTask,
  snoozeTask,
} from './tasks.ts'
import { text } from './text.ts'

export const module = defineModule({
  name: 'notes',
  tables: ['note', 'note_mention', 'task', 'attachment', 'attachment_chunk'],
  routes: notes,
  handlers: {
    ofParty,
    add,
    change,
    remove,
    restore,
    history,
    mentionable,
    mentions,
    seen,
    tasks,
    taskCounts,
    addTask,
    changeTask,
    doneTask,
    reopenTask,
    snoozeTask,
    removeTask,
    restoreTask,
    assignable,
    attachments,
    upload,
    download,
    removeAttachment,
    restoreAttachment,
  },
  words: text,
  jobs: [scanFile, sweepFiles],
  keeps: noteKeeper,
  follows: noteFollows,
})
