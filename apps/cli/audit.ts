import { phrase } from '../../kernel/text.ts'
import { type AuditReport, verifyAudit } from '../../kernel/verify.ts'
import { why } from '../../modules/audit/text.ts'
import { auditText } from './audit.text.ts'
import { command, Exit, type Given, inHouse, print } from './command.ts'
import { terminalProgress } from './progress.ts'
import { text } from './text.ts'

/** A key that is somewhere else is no tampering: its own exit code, and where to go. */
export const auditVerify = command({
  takes: '',
  does: text.audit_verify,
  options: {},
  run: (given) =>
    inHouse(given, async (_ctx, house) => {
      const progress = terminalProgress(given.locale, '')
      const found = await verifyAudit(house, { onProgress: progress.at })
      progress.end()
      print(given, found, linesOf(given, found))
      if (found.ok) return Exit.done
      return found.broken.length > 0 ? Exit.failed : Exit.partly
    }),
})

function linesOf({ locale }: Given, found: AuditReport): string {
  const head = found.head ? `${found.head.seq} ${found.head.mac}` : '—'
  if (found.ok) return phrase(text.audit_ok, locale, { ...found, head })
  const elsewhere = found.other_keys.map((key) =>
    phrase(auditText.other_key, locale, { ...key, ours: found.fingerprint }),
  )
  if (found.broken.length === 0) return [...elsewhere, phrase(auditText.rest_holds, locale)].join('\n')
  const places = found.broken.map((b) =>
    phrase(text.audit_place, locale, {
      seq: b.seq ?? '—',
      id: b.audit_id ?? '—',
      why: phrase(why[b.why], locale),
    }),
  )
  return [phrase(text.audit_broken, locale, { n: found.broken.length }), ...places, ...elsewhere].join('\n')
}
