import { lookup } from 'node:dns/promises'
import { BlockList, isIP } from 'node:net'

// Whoever may set up a webhook must not reach by it what only this machine or its network reaches. So a name is
// resolved once, every address it has must be public, and the connection goes to the very address that was checked.
const inner = new BlockList()
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const)
  inner.addSubnet(net, bits, 'ipv4')

// Of IPv6 only what is given out (2000::/3) is public, less what embeds IPv4 or is for examples.
const given = new BlockList()
given.addSubnet('2000::', 3, 'ipv6')
for (const [net, bits] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const)
  inner.addSubnet(net, bits, 'ipv6')

export function isPublic(address: string): boolean {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  const plain = mapped ?? address
  if (isIP(plain) === 4) return !inner.check(plain, 'ipv4')
  return isIP(plain) === 6 && given.check(plain, 'ipv6') && !inner.check(plain, 'ipv6')
}

/** What may be delivered to. An object, so that a test can deliver to a server of its own. */
export const guard = { allows: isPublic }

export type Refused = 'webhooks.url_bad' | 'webhooks.not_found' | 'webhooks.not_public'
export type Target = { url: URL; address: string; family: 4 | 6 }

/** The address to connect to, or why not. */
export async function targetOf(text: string): Promise<Target | Refused> {
  const url = URL.parse(text)
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password) return 'webhooks.url_bad'
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  let found: { address: string; family: number }[]
  try {
    found = isIP(host) ? [{ address: host, family: isIP(host) }] : await lookup(host, { all: true })
  } catch {
    return 'webhooks.not_found'
  }
  // One inner address among public ones is a way in.
  if (found.length === 0 || !found.every(({ address }) => guard.allows(address))) return 'webhooks.not_public'
  const { address, family } = found[0]!
  return { url, address, family: family === 6 ? 6 : 4 }
}
