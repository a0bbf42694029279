import { execFileSync } from 'node:child_process'

/** Shell function in place of curl: answers an upload, and prints the words of any other request, a NUL after each. */
const FAKE_CURL = `
curl() {
  for word in "$@"; do
    if [ "$word" = -F ]; then cat >/dev/null; printf '%s' "$ANSWER"; return; fi
  done
  printf '%s\\000' "$@"
}
`

/** Runs shell lines, and gives the words that curl receives. */
export function wordsOf(lines: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const printed = execFileSync('sh', ['-c', FAKE_CURL + lines.join('\n')], {
    env: { PATH: process.env.PATH ?? '', ...env },
    encoding: 'utf8',
    stdio: 'pipe',
  })
  return printed.split('\0').slice(0, -1)
}
