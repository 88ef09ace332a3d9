import { Refusal } from '../../../kernel/refuse.ts'
import type { Source } from '../reader/source.ts'
import { mayHoldDates, type Target } from '../targets.ts'
import { type DateOrder, onlyOrder } from '../values/dates.ts'

// Rows, about a second of reading: a file in the order of its days says on the 13th what its first days leave open.
const READ_ON = 500_000

/** What the rest of the file says of day and month: the first date that only one order allows. Reads the source away. */
export async function orderFurtherOn(
  file: Source,
  columns: readonly (Target | null)[],
): Promise<DateOrder | undefined> {
  const dated = columns.flatMap((target, i) => (mayHoldDates(target) ? [i] : []))
  let read = 0
  try {
    for await (const { rows } of file.batches()) {
      for (const row of rows)
        for (const i of dated) {
          const order = onlyOrder(row[i] ?? '')
          if (order) return order
        }
      if ((read += rows.length) >= READ_ON) return undefined
    }
  } catch (error) {
    // What is wrong further on is told by the pass that reads all of it.
    if (!(error instanceof Refusal)) throw error
  }
  return undefined
}
