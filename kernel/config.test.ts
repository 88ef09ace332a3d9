import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { ConfigError, projectRoot, readConfig } from './config.ts'

const refused = (env: Record<string, string>, ...said: RegExp[]) => {
  assert.throws(
    () => readConfig(env),
    (error: unknown) => {
      assert.ok(error instanceof ConfigError)
      assert.doesNotMatch(error.message, /\n/)
      for (const pattern of said) assert.match(error.message, pattern)
      return true
    },
  )
}

test('with nothing set, Guanxi serves on 127.0.0.1:3000 with its data in the project', () => {
  const { version, ...config } = readConfig({})
  assert.deepEqual(config, {
    port: 3000,
    host: '127.0.0.1',
    home: join(projectRoot, '.guanxi'),
    databaseUrl: undefined,
    role: 'all',
    logLevel: 'info',
    publicUrl: undefined,
  })
  assert.match(version, /^\d+\.\d+\.\d+/)
})

test('every setting is read', () => {
  const config = readConfig({
    PORT: '0',
    HOST: '::1',
    GUANXI_HOME: '/srv/关系 data',
    DATABASE_URL: 'postgres://u:p%40ss@db.example.com:5433/crm?sslmode=require',
    GUANXI_ROLE: 'worker',
    GUANXI_LOG: 'silent',
    GUANXI_PUBLIC_URL: 'https://crm.example.com/',
    GUANXI_SCAN: 'clamdscan --stream -',
    GUANXI_ATTACHMENT_MB: '50',
  })
  assert.equal(config.port, 0)
  assert.equal(config.host, '::1')
  assert.equal(config.home, '/srv/关系 data')
  assert.equal(config.role, 'worker')
  assert.equal(config.logLevel, 'silent')
  assert.equal(config.publicUrl, 'https://crm.example.com')
  assert.match(config.databaseUrl ?? '', /^postgres:/)
  assert.deepEqual([config.scan, config.attachmentMb], ['clamdscan --stream -', 50])
  for (const GUANXI_ATTACHMENT_MB of ['0', '1.5', '25 MB'])
    refused({ GUANXI_ATTACHMENT_MB }, /GUANXI_ATTACHMENT_MB=/)
})

test('a port outside 0 to 65535 stops the start', () => {
  for (const PORT of ['65536', '-1', '3000x', '3e3', '80.5', '0x50']) refused({ PORT }, /PORT=/, /65535/)
  assert.equal(readConfig({ PORT: '65535' }).port, 65_535)
})

test('a set but empty variable stops the start', () => {
  for (const name of ['PORT', 'HOST', 'GUANXI_HOME', 'DATABASE_URL', 'GUANXI_ROLE', 'GUANXI_LOG'])
    refused({ [name]: ' ' }, new RegExp(`^${name} `))
})

test('an unknown GUANXI_ name stops the start and the nearest name is offered', () => {
  refused({ GUANXI_HOEM: '/x' }, /GUANXI_HOEM/, /did you mean GUANXI_HOME\?/)
  refused({ GUANXI_ROLES: 'web' }, /did you mean GUANXI_ROLE\?/)
  refused({ GUANXI_FROBNICATE: '1' }, /^Unknown environment variable GUANXI_FROBNICATE\. Known: GUANXI_HOME/)
})

test('a role or log level that does not exist stops the start', () => {
  refused({ GUANXI_ROLE: 'worked' }, /all \| web \| worker/, /did you mean worker\?/)
  refused({ GUANXI_LOG: 'verbose' }, /debug \| info/)
})

test('a host with a scheme or a port stops the start', () => {
  for (const HOST of ['http://localhost', 'localhost:3000', 'a b']) refused({ HOST }, /HOST=/)
  for (const HOST of ['0.0.0.0', '::', 'localhost', 'crm-1.example.com'])
    assert.equal(readConfig({ HOST }).host, HOST)
})

test('a bad DATABASE_URL stops the start without showing its password', () => {
  for (const url of ['mysql://u:secret@h/db', 'u:secret@h', 'postgres://', 'postgres://u:secret@h:port/db'])
    assert.throws(
      () => readConfig({ DATABASE_URL: url }),
      (error: unknown) => error instanceof ConfigError && !error.message.includes('secret'),
    )
})

test('a database behind a Unix socket is a valid DATABASE_URL', () => {
  for (const url of ['postgres:///crm?host=/run/postgresql', 'postgresql://u:p@/crm?host=/run/postgresql'])
    assert.equal(readConfig({ DATABASE_URL: url }).databaseUrl, url)
})

test('a home that is a file stops the start', () => {
  const folder = mkdtempSync(join(tmpdir(), 'guanxi-config-'))
  try {
    writeFileSync(join(folder, 'home'), '')
    refused({ GUANXI_HOME: join(folder, 'home') }, /is a file/)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('a Chinese terminal is told in Chinese', () => {
  refused({ PORT: 'x', LANG: 'zh_CN.UTF-8' }, /PORT=x 无效/)
  refused({ PORT: 'x', LANG: 'zh_CN.UTF-8', LC_ALL: 'en_GB.UTF-8' }, /is not a port/)
})

test('what the command line says goes before the environment, and is judged alike', () => {
  assert.equal(readConfig({ PORT: '4000' }, { PORT: '4001' }).port, 4001)
  assert.throws(() => readConfig({}, { PORT: '99999' }), /PORT=99999/)
})
