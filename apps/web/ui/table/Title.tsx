import type { Column } from './types.ts'

export function Title<R>({ column, order }: { column: Column<R>; order: 'up' | 'down' | undefined }) {
  return (
    <>
      <span className="cut">{column.title}</span>
      {column.unit && <span className="u">{column.unit}</span>}
      {order && <span className="srt">{order === 'up' ? '↑' : '↓'}</span>}
    </>
  )
}
