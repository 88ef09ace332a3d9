// A second reporter beside `spec`: of every test that failed, its name, place and error, to be told again at the very
// end. There are thousands of lines between the first run and the end of the second.
export default async function* failures(source) {
  for await (const { type, data } of source) {
    // A parent fails with its children, who tell why.
    if (type !== 'test:fail' || data.details.error?.failureType === 'subtestsFailed') continue
    const { cause, stack } = data.details.error ?? {}
    yield `✖ ${data.name}\n  ${data.file ?? ''}:${data.line ?? ''}\n${indented(cause?.stack ?? cause ?? stack)}\n\n`
  }
}

const indented = (text) => String(text ?? '').replace(/^/gm, '  ')
