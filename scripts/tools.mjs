// What the tests need of the machine: a browser, Chinese fonts, and PostgreSQL 15 beside the embedded 18.
import { spawnSync } from 'node:child_process'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { say, stop } from './lib.mjs'

const browsers = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

function findChromium() {
  const { CHROMIUM_PATH, PATH = '' } = process.env
  if (CHROMIUM_PATH) return CHROMIUM_PATH
  const folders = [...PATH.split(delimiter), '/usr/bin']
  const mac = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'
  return [...browsers.flatMap((name) => folders.map((folder) => join(folder, name))), mac].find((path) =>
    existsSync(path),
  )
}

/** Without them every Chinese letter of a screenshot is a box. macOS has its own. */
const hasChineseFonts = () =>
  process.platform !== 'linux' ||
  (spawnSync('fc-list', [':lang=zh'], { encoding: 'utf8' }).stdout ?? '').trim() !== ''

const hasPostgres15 = () => existsSync('/usr/lib/postgresql/15/bin/initdb')
const isDebian = existsSync('/etc/debian_version') && existsSync('/usr/bin/apt-get')

function missing() {
  return {
    needed: [
      ...(findChromium() ? [] : ['chromium']),
      ...(hasChineseFonts() ? [] : ['fonts-noto-cjk', 'fontconfig']),
    ],
    wanted: hasPostgres15() ? [] : ['postgresql-15'],
  }
}

export function ensureTools() {
  let { needed, wanted } = missing()
  if (needed.length + wanted.length > 0 && isDebian && process.getuid() === 0) install(needed, wanted)
  ;({ needed, wanted } = missing())
  if (isDebian && process.getuid() !== 0) needed.push(...wanted)
  if (needed.length > 0) {
    const packages = needed.join(' ')
    const how = isDebian ? `sudo apt-get install -y --no-install-recommends ${packages}` : packages
    stop(
      `测试还需要：${how}，装好后再运行 npm test`,
      `The tests need: ${how}; install that and run npm test again`,
    )
  }
  if (wanted.length > 0)
    say('没有 PostgreSQL 15：略过在它上面的测试', 'No PostgreSQL 15 here: its tests are left out')
  return { chromium: findChromium(), postgres15: hasPostgres15() }
}

function install(needed, wanted) {
  say(`正在安装 ${[...needed, ...wanted].join('、')}……`, `Installing ${[...needed, ...wanted].join(', ')} …`)
  // Debian starts a database server as soon as its package is there; this file says that nothing may start.
  const policy = '/usr/sbin/policy-rc.d'
  const ours = !existsSync(policy)
  if (ours) writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  try {
    apt('update')
    // Apart: a newer Debian has no PostgreSQL 15, and that must not keep the browser out.
    if (needed.length > 0) apt('install', '-y', '--no-install-recommends', ...needed)
    if (wanted.length > 0) apt('install', '-y', '--no-install-recommends', ...wanted)
  } finally {
    if (ours) rmSync(policy, { force: true })
  }
}

const apt = (...args) =>
  spawnSync('apt-get', ['-qq', '-o', 'Dpkg::Use-Pty=0', ...args], {
    stdio: ['ignore', 2, 2],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  })
