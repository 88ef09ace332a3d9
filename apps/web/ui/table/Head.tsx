// biome-ignore-all lint/a11y/useSemanticElements: virtual rows in a grid layout cannot be a <table>
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid itself has the focus and takes the keys
import { useText } from '../state/locale.ts'
import { text } from '../text.ts'
import { Check } from './Row.tsx'
import { Title } from './Title.tsx'
import type { Column, DataTableProps, Sort } from './types.ts'

type HeadProps<R> = DataTableProps<R> & { onAll?: (() => void) | undefined }

/** Titles, units, and the order: a click on a title asks for it, a second turns it round. */
export function Head<R>({ columns, rows, keyOf, sort, onSort, selected, onAll }: HeadProps<R>) {
  const say = useText(text)
  const chosen = selected ? rows.filter((row) => selected.has(keyOf(row))).length : 0
  return (
    <div className="dthead" role="row">
      {onAll && (
        <div className="dc ckc" role="columnheader">
          <Check
            on={chosen > 0 && chosen === rows.length}
            part={chosen > 0 && chosen < rows.length}
            label={say('select_all')}
            onChange={onAll}
          />
        </div>
      )}
      {columns.map((column, i) => {
        const order = orderOf(column, sort)
        return (
          <div
            key={column.key}
            role="columnheader"
            title={column.hint}
            aria-sort={order === undefined ? undefined : order === 'up' ? 'ascending' : 'descending'}
            className={`dc ${column.align === 'end' ? 'num' : ''} ${i === 0 ? 'fz' : ''} ${onAll ? 'afterck' : ''}`}
          >
            {column.sort && onSort ? (
              <button
                type="button"
                className="hs"
                title={[
                  column.hint ?? say('sort_by', { name: column.title }),
                  ...(column.slow ? [say('slower')] : []),
                ].join(' · ')}
                onClick={() => onSort(nextSort(column, order))}
              >
                <Title column={column} order={order} />
              </button>
            ) : (
              <Title column={column} order={order} />
            )}
          </div>
        )
      })}
    </div>
  )
}

const orderOf = <R,>(column: Column<R>, sort: Sort | undefined): 'up' | 'down' | undefined => {
  if (!column.sort || !sort) return undefined
  if (sort === column.sort) return 'up'
  return sort === `-${column.sort}` ? 'down' : undefined
}

function nextSort<R>(column: Column<R>, order: 'up' | 'down' | undefined): Sort {
  const down = order === undefined ? column.first === 'down' : order === 'up'
  return `${down ? '-' : ''}${column.sort}`
}
