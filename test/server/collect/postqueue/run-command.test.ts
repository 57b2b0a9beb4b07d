import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runCommand } from '../../../../server/collect/postqueue/run-command.ts';
import { createTempDir } from '../../../support/temp-dir.ts';
import { until } from '../../../support/until.ts';

const dir = createTempDir('command');
afterAll(() => dir.remove());

async function run(argv: readonly string[], signal = new AbortController().signal) {
  const { stdout, exit } = runCommand(argv, signal);
  let text = '';
  try {
    for await (const chunk of stdout) text += chunk.toString();
  } catch {
    text += '<broken>';
  }
  return { text, ...(await exit) };
}

const sh = (script: string, ...args: string[]): string[] => ['sh', '-c', script, 'sh', ...args];

/** A process whose parent has not taken note of its end stays as a zombie, which runs no more. */
function isRunning(pid: number): boolean {
  const stat = `/proc/${pid}/stat`;
  return existsSync(stat) && !/\) [ZX] /.test(readFileSync(stat, 'utf8'));
}

describe('running a command', () => {
  it('gives what it prints and how it ends', async () => {
    expect(await run(sh('echo out; echo err >&2; exit 3'))).toEqual({
      text: 'out\n',
      code: 3,
      signal: null,
      stderr: 'err\n',
    });
  });

  it('tells a signal from an exit status', async () => {
    expect(await run(sh('kill -TERM $$'))).toMatchObject({ code: null, signal: 'SIGTERM' });
  });

  it('never goes through a shell', async () => {
    expect(await run(['echo', '$HOME; `id` > x | y'])).toMatchObject({
      text: '$HOME; `id` > x | y\n',
      code: 0,
    });
  });

  it('gives the error code of what cannot be started, and never rejects', async () => {
    const plain = join(dir.path, 'plain');
    writeFileSync(plain, 'no program');
    chmodSync(plain, 0o644);
    expect(await run(['no-such-program'])).toMatchObject({ code: null, spawnError: 'ENOENT' });
    expect(await run([plain])).toMatchObject({ code: null, spawnError: 'EACCES' });
    expect(await run([])).toMatchObject({ code: null, spawnError: 'ERR_INVALID_ARG_VALUE' });
  });

  it('finds programs of the system that are not in the path of ordinary users', async () => {
    const { text } = await run(sh('echo "$PATH"'));
    expect(text.trim().split(':')).toContain('/usr/sbin');
  });

  it('runs it at low priority', async () => {
    const { text } = await run(sh('until [ "$(nice)" -ge 10 ]; do :; done; nice'));
    expect(Number(text)).toBeGreaterThanOrEqual(10);
  });

  it('keeps the beginning of what it complains of', async () => {
    const { stderr } = await run(sh('i=0; while [ $i -lt 500 ]; do echo 0123456789 >&2; i=$((i+1)); done'));
    expect(stderr).toHaveLength(2_048);
  });

  it('ends it with everything it started when told to', async () => {
    const pids = join(dir.path, 'pids');
    const stop = new AbortController();
    const ended = run(sh('sleep 600 & echo $$ $! > "$1.new"; mv "$1.new" "$1"; wait', pids), stop.signal);
    await until(() => existsSync(pids), { what: 'the command to run' });
    stop.abort();
    expect(await ended).toMatchObject({ code: null, signal: 'SIGKILL' });
    const [shell = 0, sleeper = 0] = readFileSync(pids, 'utf8').trim().split(' ').map(Number);
    expect([shell, sleeper].every((pid) => pid > 1)).toBe(true);
    await until(() => !isRunning(shell), { what: 'the shell to end' });
    await until(() => !isRunning(sleeper), { what: 'its child to end' });
  });

  it('does not start to run when it is told to end first', async () => {
    const stop = new AbortController();
    stop.abort();
    const { code } = await run(sh('sleep 600'), stop.signal);
    expect(code).toBeNull();
  });
});
