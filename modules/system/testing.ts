import { createServer, type Socket } from 'node:net'

export type Letter = { to: string[]; text: string }

/** A mail server that takes what it is given, as much of SMTP as a client needs; `refuses` says no to every recipient. */
export async function mailServer({ refuses = false } = {}): Promise<{
  port: number
  letters: Letter[]
  close(): Promise<void>
}> {
  const letters: Letter[] = []
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    let to: string[] = []
    let body: string[] | null = null
    const say = (line: string) => socket.write(`${line}\r\n`)
    const hear = (line: string) => {
      if (body) {
        if (line !== '.') return void body.push(line)
        letters.push({ to, text: body.join('\n') })
        body = null
        to = []
        return say('250 taken')
      }
      const verb = line.slice(0, 4).toUpperCase()
      if (verb === 'EHLO' || verb === 'HELO') return say('250 test')
      if (verb === 'RCPT') {
        if (refuses) return say('550 nobody here')
        to.push(/<(.*?)>/.exec(line)?.[1] ?? '')
        return say('250 ok')
      }
      if (verb === 'DATA') {
        body = []
        return say('354 go on')
      }
      if (verb !== 'QUIT') return say('250 ok')
      say('221 bye')
      socket.end()
    }
    let pending = ''
    socket.on('data', (chunk) => {
      pending += chunk.toString()
      const lines = pending.split('\r\n')
      pending = lines.pop()!
      for (const line of lines) hear(line)
    })
    socket.on('error', () => {})
    say('220 test')
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return {
    port: (server.address() as { port: number }).port,
    letters,
    close: () => {
      for (const socket of sockets) socket.destroy()
      return new Promise((done) => server.close(() => done()))
    },
  }
}
