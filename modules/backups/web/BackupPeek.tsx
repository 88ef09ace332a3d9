import { useMutation, useQueryClient } from '@tanstack/react-query'
import Button from 'antd/es/button'
import {
  Count,
  KeyValues,
  Peek,
  problemOf,
  Section,
  useCan,
  useLocale,
  useText,
  useToast,
  When,
} from '../../../apps/web/ui/index.ts'
import { formatNumber } from '../../../kernel/text.ts'
import type { Backup } from '../contract.ts'
import { backupApi, downloadUrl } from './backupApi.ts'
import { bytes, isWhole, StateTag, useOrigin } from './columns.tsx'
import { text } from './text.ts'

type PeekProps = { row: Backup; onClose: () => void; onRestore: () => void; onRemove: () => void }

export function BackupPeek({ row, onClose, onRestore, onRemove }: PeekProps) {
  const say = useText(text)
  const locale = useLocale()
  const can = useCan()
  const origin = useOrigin()
  const verify = useVerify(row.id)
  const may = can('backups:write')
  return (
    <Peek
      title={<When at={row.taken_at ?? row.created_at} time full />}
      note={
        <>
          <StateTag row={row} />
          <span className="cut">{row.file}</span>
        </>
      }
      onClose={onClose}
      foot={
        may && (
          <>
            {isWhole(row) && (
              <>
                <Button size="small" href={downloadUrl(row.id)}>
                  {say('download')}
                </Button>
                <Button size="small" loading={verify.isPending} onClick={() => verify.mutate()}>
                  {say('verify')}
                </Button>
                <Button size="small" danger onClick={onRestore}>
                  {say('restore')}
                </Button>
              </>
            )}
            {row.state !== 'running' && (
              <button type="button" className="lnk" onClick={onRemove}>
                {say('remove')}
              </button>
            )}
          </>
        )
      }
    >
      {row.error && (
        <Section title={say('why')}>
          <p className="s13">{row.error.message}</p>
        </Section>
      )}
      <Section title={say('about')}>
        <KeyValues
          items={[
            [say('company'), row.company],
            [say('rows'), row.state === 'done' ? <Count key="rows" value={row.rows} /> : null],
            [say('size'), row.state === 'done' ? bytes(row.bytes, locale) : null],
            [say('by'), origin(row)],
            [
              say('versions'),
              row.state === 'done' &&
                say('version_line', {
                  guanxi: row.guanxi,
                  schema: String(row.schema_version),
                  postgres: row.postgres,
                }),
            ],
            [say('seals'), row.own_key === null ? null : say(row.own_key ? 'own_key' : 'other_key')],
          ]}
        />
      </Section>
      <Checked row={row} />
    </Peek>
  )
}

function Checked({ row: { check } }: { row: Backup }) {
  const say = useText(text)
  const locale = useLocale()
  if (!check) return null
  const audit = check.audit_ok === null ? 'audit_other' : check.audit_ok ? 'audit_holds' : 'audit_broken'
  return (
    <Section title={say('checked')} more={<When at={check.at} time />}>
      {check.error && <p className="s13">{check.error.message}</p>}
      {check.tables > 0 && (
        <KeyValues
          items={[
            [
              say('checked_tables'),
              check.differing.length > 0
                ? check.differing.join(', ')
                : say('checked_line', { tables: check.tables, rows: check.rows }),
            ],
            [say('checked_audit'), say(audit)],
            [
              say('took'),
              say('seconds', { n: formatNumber(check.seconds, locale, { maximumFractionDigits: 1 }) }),
            ],
          ]}
        />
      )}
    </Section>
  )
}

function useVerify(id: number) {
  const say = useText(text)
  const toast = useToast()
  const queries = useQueryClient()
  return useMutation({
    mutationFn: () => backupApi.verify({ params: { id } }),
    onSuccess: () => toast.ok(say('verify_asked')),
    onError: (error) => toast.error(problemOf(error)?.detail ?? error.message),
    onSettled: () => queries.invalidateQueries({ queryKey: backupApi.list.key }),
  })
}
