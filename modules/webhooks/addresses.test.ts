import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isPublic, targetOf } from './addresses.ts'

test('loopback, private, link-local, shared, reserved and embedded addresses are not public', () => {
  const inner = `0.0.0.0 10.1.2.3 100.64.0.1 127.0.0.1 127.9.9.9 169.254.169.254 172.16.0.1 172.31.255.255 192.168.1.1
    198.18.0.1 224.0.0.1 255.255.255.255 ::1 :: fe80::1 fc00::1 fd12::1 ff02::1 ::ffff:10.0.0.1 ::ffff:127.0.0.1
    64:ff9b::a00:1 2002:7f00:1:: 2001:db8::1 2001::1 100::1 localhost`
  for (const address of inner.split(/\s+/)) assert.equal(isPublic(address), false, address)
  for (const address of [
    '1.1.1.1',
    '8.8.8.8',
    '172.32.0.1',
    '100.128.0.1',
    '2606:4700::1111',
    '::ffff:8.8.8.8',
  ])
    assert.equal(isPublic(address), true, address)
})

test('however an inner address is written, it is refused', async () => {
  const written = [
    'http://127.0.0.1/',
    'http://127.1/',
    'http://2130706433/',
    'http://0x7f.0.0.1/',
    'http://0177.0.0.1/',
    'http://[::1]/',
    'http://[::ffff:127.0.0.1]/',
    'https://localhost/',
    'http://169.254.169.254/latest/',
    'http://0/',
  ]
  for (const url of written) assert.equal(await targetOf(url), 'webhooks.not_public', url)
  for (const url of ['ftp://8.8.8.8/', 'file:///etc/passwd', 'https://user:pw@8.8.8.8/', 'nonsense', ''])
    assert.equal(await targetOf(url), 'webhooks.url_bad', url)
})

test('a public address is the one that is connected to', async () => {
  const target = await targetOf('https://8.8.8.8:8443/hook')
  assert.ok(typeof target === 'object' && target.address === '8.8.8.8' && target.family === 4)
})

test('any text is judged without an exception', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.string().filter((text) => !/^https?:/i.test(text.trim())),
      async (text) => {
        assert.equal(await targetOf(text), 'webhooks.url_bad')
      },
    ),
  )
})
