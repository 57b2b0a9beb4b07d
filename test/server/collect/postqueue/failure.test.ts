import { describe, expect, it } from 'vitest';
import { explainFailure } from '../../../../server/collect/postqueue/failure.ts';
import type { CommandExit } from '../../../../server/collect/postqueue/run-command.ts';

const ARGV = ['postqueue', '-j'];
const reasonOf = (exit: Partial<CommandExit>): string =>
  explainFailure({ kind: 'exit', exit: { code: null, signal: null, stderr: '', ...exit } }, ARGV).reason;

describe('why a listing failed and what mends it', () => {
  it.each<[string, Partial<CommandExit>, string]>([
    [
      'the program is not there',
      { spawnError: 'ENOENT' },
      'postqueue was not found: install Postfix here, or set `command` to where it is',
    ],
    [
      'a wrapper does not find it',
      { code: 127, stderr: 'env: postqueue: No such file or directory\n' },
      'what `postqueue -j` starts was not found (env: postqueue: No such file or directory): install Postfix here, or set `command` to where it is',
    ],
    [
      'it may not be executed',
      { spawnError: 'EACCES' },
      'postqueue may not be run by this user: allow it, or set `command` to one that may',
    ],
    [
      'the machine is out of processes',
      { spawnError: 'EAGAIN' },
      'postqueue could not be started (EAGAIN): see whether this machine has memory and processes left',
    ],
    [
      'Postfix is stopped',
      {
        code: 69,
        stderr:
          'postqueue: fatal: Queue report unavailable - mail system is down (Connect to the Postfix showq service: No such file or directory)\n',
      },
      'Postfix is not running, so its queue cannot be listed: start Postfix',
    ],
    [
      'the set-gid right is missing',
      { code: 69, stderr: 'postqueue: fatal: Connect to the Postfix showq service: Permission denied\n' },
      'postqueue may not talk to Postfix: restore its set-gid bit (postfix set-permissions), and do not run under NoNewPrivileges',
    ],
    [
      'the user is not authorised',
      { code: 77, stderr: 'postqueue: fatal: User nobody(65534) is not allowed to view the mail queue\n' },
      'this user may not list the queue: add it to authorized_mailq_users in main.cf',
    ],
    [
      'Postfix is older than 3.1',
      { code: 69, stderr: "postqueue: invalid option -- 'j'\npostqueue: fatal: usage: postqueue -f\n" },
      'postqueue does not know its options: listing as JSON needs Postfix 3.1, check `command`',
    ],
    [
      'something else is fatal',
      { code: 1, stderr: 'postqueue: warning: x\npostqueue: fatal: parameter y: bad\u001b[31m\nbye\n' },
      'postqueue ended with exit status 1 (postqueue: fatal: parameter y: bad [31m): run `postqueue -j` by hand to see why',
    ],
    [
      'it says nothing',
      { code: 3 },
      'postqueue ended with exit status 3: run `postqueue -j` by hand to see why',
    ],
    [
      'it was killed',
      { signal: 'SIGSEGV' },
      'postqueue was ended by SIGSEGV: run `postqueue -j` by hand to see why',
    ],
  ])('COL-7: %s', (_, exit, reason) => {
    expect(reasonOf(exit)).toBe(reason);
  });

  it('COL-7: taking too long, ending in mid-line and printing something else have reasons of their own', () => {
    const reasons = (['torn', 'not-json'] as const).map((kind) => explainFailure({ kind }, ARGV).reason);
    expect([explainFailure({ kind: 'timed-out', timeoutMs: 60_000 }, ARGV).reason, ...reasons]).toEqual([
      'the listing was stopped after 60 s: the queue is very long or its disk slow, look there or raise `timeoutMs`',
      'the listing ended in the middle of a line: run `postqueue -j` by hand to see why',
      '`postqueue -j` prints no queue listing as JSON lines: set `command` to postqueue -j',
    ]);
  });

  it('a message of any length leaves a sentence that can be shown', () => {
    expect(reasonOf({ code: 1, stderr: 'x'.repeat(2_048) }).length).toBeLessThan(300);
  });
});
