import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

/** Debian's Chromium, or what CHROMIUM_PATH names; `npm test` installs it where it may. */
export function browserPath(): string {
  const given = process.env['CHROMIUM_PATH']
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  for (const path of [
    ...(given ? [given] : []),
    ...folders.flatMap((folder) => names.map((name) => join(folder, name))),
  ])
    try {
      accessSync(path, constants.X_OK)
      return path
    } catch {
      // the next one
    }
  throw new Error('Chromium was not found: apt-get install chromium, or set CHROMIUM_PATH')
}

/** Chromium's own background requests are refused here and would be waited for; root needs --no-sandbox. */
export const launchArgs = [
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
