import { useText } from '../../../apps/web/ui/index.ts'
import type { TimelineEntry } from '../../parties/contract.ts'
import type { PartyPart } from '../../parties/web/part.ts'
import { FileRow, Files } from './Files.tsx'
import { NoteBox, NoteRow } from './Notes.tsx'
import { PartyTasks } from './PartyTasks.tsx'
import { text } from './text.ts'

function TaskRow({ entry }: { entry: TimelineEntry }) {
  const say = useText(text)
  const { title, by } = entry.data as { title: string; by: string | null }
  return (
    <div className="cut">
      {by && <span className="b">{by} </span>}
      {say('was_done', { title })}
    </div>
  )
}

export const notesPart: PartyPart = {
  may: 'notes:read',
  Picture: NoteBox,
  timeline: { kind: 'notes', label: { zh: '备注', en: 'Notes' }, icon: () => 'chat', Row: NoteRow },
}
export const tasksPart: PartyPart = {
  may: 'tasks:read',
  Side: PartyTasks,
  timeline: { kind: 'tasks', label: { zh: '待办', en: 'Tasks' }, icon: () => 'check', Row: TaskRow },
}
export const filesPart: PartyPart = {
  may: 'attachments:read',
  Facts: Files,
  timeline: { kind: 'attachments', label: { zh: '附件', en: 'Files' }, icon: () => 'clip', Row: FileRow },
}
