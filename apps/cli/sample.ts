import { readConfig } from '../../kernel/config.ts'
import { phrase } from '../../kernel/text.ts'
import type { Removal } from '../../modules/sample/contract.ts'
import { removal, remove } from '../../modules/sample/remove.ts'
import { linkOf, showSample, signIns } from '../sample.ts'
import { command, Exit, explainRefusal, type Given, inHouse, print, usage } from './command.ts'
import { text } from './sample.text.ts'

export const sampleLoad = command({
  takes: '',
  does: text.load,
  options: { 'beside-real': { does: text.beside }, 'new-password': { does: text.new_password } },
  explain: (error) => explainRefusal(error),
  run: (given) => {
    if (given.words.length > 0) usage()
    return inHouse(given, async (ctx) => {
      const { options, locale } = given
      const shown = await showSample(ctx, {
        beside_real: options['beside-real'] === true,
        new_password: options['new-password'] === true,
      })
      const head = shown.before
        ? phrase(text.there, locale)
        : phrase(text.loaded, locale, { seconds: shown.seconds })
      print(
        given,
        shown,
        shown.password && shown.before
          ? signIns(shown, locale)
          : [head, signIns(shown, locale)].filter(Boolean).join('\n'),
      )
      return Exit.done
    })
  },
})

export const sampleRemove = command({
  takes: '',
  does: text.remove,
  options: { yes: { does: text.yes } },
  explain: (error) => explainRefusal(error),
  run: (given) => {
    if (given.words.length > 0) usage()
    return inHouse(given, async (ctx) => {
      const before = await removal(ctx)
      if (before && before.changed_parties + before.added_orders > 0 && given.options['yes'] !== true) {
        console.error(warning(given, before))
        return Exit.failed
      }
      const gone = await remove(ctx)
      const say = (key: keyof typeof text, params: object) => phrase(text[key], given.locale, { ...params })
      const link = gone.setup_path && linkOf(readConfig(), gone.setup_path)
      const lines = [
        say('removed', gone),
        ...(gone.disowned + gone.kept_units + gone.kept_products > 0 ? [say('kept', gone)] : []),
        ...(link ? [say('setup', { link })] : []),
      ]
      print(given, { ...gone, link }, lines.join('\n'))
      return Exit.done
    })
  },
})

function warning({ locale }: Given, before: Removal): string {
  const rows = before.changed.map(
    (one) => `  ${phrase(text.changed_one, locale, { ...one, at: one.at.slice(0, 16).replace('T', ' ') })}`,
  )
  return [phrase(text.changed, locale, before), ...rows].join('\n')
}
