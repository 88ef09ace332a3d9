import { phrase } from '../../kernel/text.ts'
import { verifyAudit } from '../../kernel/verify.ts'
import { why } from './audit.text.ts'
import { command, Exit, inHouse, print } from './command.ts'
import { terminalProgress } from './progress.ts'
import { text } from './text.ts'

export const audit = command({
  takes: '',
  does: text.audit_verify,
  options: {},
  run: (given) =>
    inHouse(given, async (_ctx, house) => {
      const progress = terminalProgress(given.locale, '')
      const found = await verifyAudit(house, { onProgress: progress.at })
      progress.end()
      const places = found.broken.map((b) =>
        phrase(text.audit_place, given.locale, {
          seq: b.seq ?? '—',
          id: b.audit_id ?? '—',
          why: phrase(why[b.why], given.locale),
        }),
      )
      const lines = found.ok
        ? phrase(text.audit_ok, given.locale, {
            ...found,
            head: found.head ? `${found.head.seq} ${found.head.mac}` : '—',
          })
        : [phrase(text.audit_broken, given.locale, { n: found.broken.length }), ...places].join('\n')
      print(given, found, lines)
      return found.ok ? Exit.done : Exit.failed
    }),
})
