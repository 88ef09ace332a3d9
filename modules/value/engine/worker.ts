import { parentPort } from 'node:worker_threads'
import { type Setting, Task } from './task.ts'

// The thread: one task at a time, one answer per question. Nothing here touches the database.

export type Question = {
  id: number
  ask: 'begin' | 'feed' | 'fed' | 'fit' | 'score' | 'contracts' | 'rows'
  args: unknown[]
}
export type Reply = { id: number; value?: unknown; error?: string }

let task: Task | null = null

function answer({ ask, args }: Question): unknown {
  if (ask === 'begin') {
    task = new Task(args[0] as Setting)
    return null
  }
  if (!task) throw new Error('nothing was begun')
  return (task[ask] as (...args: unknown[]) => unknown).apply(task, args)
}

parentPort?.on('message', (question: Question) => {
  const reply: Reply = { id: question.id }
  try {
    reply.value = answer(question)
  } catch (error) {
    reply.error = error instanceof Error ? (error.stack ?? error.message) : String(error)
  }
  const bytes = reply.value
  if (bytes instanceof Uint8Array) {
    // a copy of its own that can be handed over; pooled buffers cannot
    const own = new Uint8Array(bytes)
    parentPort?.postMessage({ ...reply, value: own }, [own.buffer])
  } else parentPort?.postMessage(reply)
})
