import type { CommandExit } from './run-command.ts';

/** How a listing can fail. */
export type ListingFailure =
  | { readonly kind: 'exit'; readonly exit: CommandExit }
  | { readonly kind: 'timed-out'; readonly timeoutMs: number }
  | { readonly kind: 'torn' | 'not-json' };

/** What a fatal message of Postfix means, most telling first. */
const MEANINGS: readonly (readonly [RegExp, (command: string) => string])[] = [
  [/mail system is down/i, () => 'Postfix is not running, so its queue cannot be listed: start Postfix'],
  [
    /not allowed to view the mail queue/i,
    () => 'this user may not list the queue: add it to authorized_mailq_users in main.cf',
  ],
  [
    /permission denied/i,
    (command) =>
      `${command} may not talk to Postfix: restore its set-gid bit (postfix set-permissions), and do not run under NoNewPrivileges`,
  ],
  [
    /(invalid|illegal|unknown) option|usage:/i,
    (command) => `${command} does not know its options: listing as JSON needs Postfix 3.1, check \`command\``,
  ],
];

/** What is wrong and what mends it, in one sentence. */
export function explainFailure(failure: ListingFailure, argv: readonly string[]): { reason: string } {
  const command = argv[0] ?? '';
  switch (failure.kind) {
    case 'exit':
      return { reason: explainExit(failure.exit, command, argv) };
    case 'timed-out':
      return {
        reason: `the listing was stopped after ${failure.timeoutMs / 1_000} s: the queue is very long or its disk slow, look there or raise \`timeoutMs\``,
      };
    case 'torn':
      return {
        reason: `the listing ended in the middle of a line: run \`${argv.join(' ')}\` by hand to see why`,
      };
    case 'not-json':
      return {
        reason: `\`${argv.join(' ')}\` prints no queue listing as JSON lines: set \`command\` to postqueue -j`,
      };
  }
}

function explainExit(exit: CommandExit, command: string, argv: readonly string[]): string {
  const { code, signal, spawnError } = exit;
  const line = fatalLine(exit.stderr);
  const said = line === '' ? '' : ` (${line})`;
  // 126 and 127: what a shell or `env` in between says of the command it was to start.
  const what = spawnError === undefined ? `what \`${argv.join(' ')}\` starts` : command;
  if (spawnError === 'ENOENT' || code === 127)
    return `${what} was not found${said}: install Postfix here, or set \`command\` to where it is`;
  if (spawnError === 'EACCES' || code === 126)
    return `${what} may not be run by this user${said}: allow it, or set \`command\` to one that may`;
  if (spawnError !== undefined)
    return `${command} could not be started (${spawnError}): see whether this machine has memory and processes left`;
  for (const [pattern, mend] of MEANINGS) if (pattern.test(exit.stderr)) return mend(command);
  const how = signal === null ? `ended with exit status ${code ?? 'none'}` : `was ended by ${signal}`;
  return `${command} ${how}${said}: run \`${argv.join(' ')}\` by hand to see why`;
}

/** The line that says why: the fatal one, else the last. */
function fatalLine(stderr: string): string {
  const lines = stderr.split('\n').map((line) => line.replace(/\p{Cc}/gu, ' ').trim());
  const said = lines.filter((line) => line !== '');
  return (said.find((line) => line.includes('fatal')) ?? said.at(-1) ?? '').slice(0, 200);
}
