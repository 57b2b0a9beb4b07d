import { appendFile, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { AppError } from '../../../server/base/errors.ts';
import { STOCK_RULES } from '../../../server/detect/rules/stock-rules.ts';
import type { RuleSet } from '../../../server/detect/rules/types.ts';
import { openRulesFile, versionsPath } from '../../../server/publish/rules-file.ts';
import { createTempDir } from '../../support/temp-dir.ts';

const rule = (id: string, limit = 300_000) => `rules:
  - id: ${id}
    title: Title of ${id}
    scope: tenant
    when: { kind: level, metric: lagP95Ms }
    levels: [{ priority: high, above: ${limit}, holdSeconds: 60 }]
    action: look
`;
const BAD = rule('bad').replace('lagP95Ms', 'lagP95Mss');

function newFolder(): string {
  const { path, remove } = createTempDir('rules');
  onTestFinished(remove);
  return path;
}

async function start(folder = newFolder()) {
  const path = join(folder, 'alarm-rules.yaml');
  const used: (readonly [number, string, string])[] = [];
  const use = ({ version }: RuleSet, by: string, note: string) => void used.push([version, by, note]);
  const file = await openRulesFile({ path, now: () => 1_000, use, raises: (id) => (id === 'mine' ? 3 : 0) });
  const ids = () => file.rules.rules.map(({ id }) => id);
  return { folder, path, file, used, ids, again: () => start(folder) };
}
async function refusal(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => expect.fail('is not refused'),
    (thrown: unknown) => thrown,
  );
  return error instanceof AppError ? [error.message, ...error.details].join('\n') : String(error);
}
const save = (text: string, baseVersion: number) => ({ text, by: 'kim', note: 'quieter', baseVersion });

describe('the file of rules', () => {
  it('API-40: that there is not means the stock rules, as version 1', async () => {
    const { file, ids } = await start();
    expect(ids()).toEqual(STOCK_RULES.map(({ id }) => id));
    expect(file.state()).toMatchObject({ version: 1, faults: [] });
    expect(file.read()).toMatchObject({
      text: '',
      version: 1,
      versions: [{ version: 1, note: 'stock rules' }],
    });
    expect(file.read()).toMatchObject({
      metrics: expect.arrayContaining([expect.objectContaining({ name: 'lagP95Ms' })]),
    });
  });

  it('API-40: is replaced whole, used, and kept with who did it and why', async () => {
    const { file, used, ids, path, again } = await start();
    const answer = await file.write(save(rule('mine'), 1));
    expect(answer).toMatchObject({ version: 2, text: rule('mine'), faults: [] });
    expect(answer.rules.find(({ id }) => id === 'mine')).toMatchObject({ raises24h: 3, isStock: false });
    expect(answer.versions[0]).toEqual({ version: 2, atMs: 1_000, by: 'kim', note: 'quieter' });
    expect(used).toEqual([[2, 'kim', 'quieter']]);
    expect(ids()).toContain('mine');
    expect(await readFile(path, 'utf8')).toBe(rule('mine'));
    const next = await again();
    expect(next.ids()).toContain('mine');
    expect([next.file.state().version, next.used]).toEqual([2, []]);
  });

  it('API-41: with faults is refused with every one, and nothing changes', async () => {
    const { file, used, path } = await start();
    await file.write(save(rule('mine'), 1));
    const faults = await refusal(file.write(save(BAD, 2)));
    expect(faults).toMatch(/the rules have 1 fault/);
    expect(faults).toMatch(/alarm-rules\.yaml:5: .*lagP95Mss/);
    expect(file.check(BAD)).toEqual([expect.stringMatching(/lagP95Mss/)]);
    expect(file.check(rule('mine'))).toEqual([]);
    expect([file.state().version, used.length, await readFile(path, 'utf8')]).toEqual([2, 1, rule('mine')]);
  });

  it('API-41: saved over a version that the writer has not seen is refused, of two at a time the second', async () => {
    const { file, ids } = await start();
    const [first, second] = await Promise.allSettled([
      file.write(save(rule('one'), 1)),
      file.write(save(rule('two'), 1)),
    ]);
    expect([first.status, second.status]).toEqual(['fulfilled', 'rejected']);
    expect(ids()).toContain('one');
    expect(await refusal(file.write(save(rule('two'), 1)))).toMatch(
      /began with version 1, and version 2 is in force/,
    );
  });

  it('API-42: edited by hand is noticed and used, and told once', async () => {
    const { file, used, path, ids } = await start();
    await writeFile(path, rule('hand'));
    await file.poll();
    await file.poll();
    expect(ids()).toContain('hand');
    expect(used).toEqual([[2, 'file', 'edited by hand']]);
    expect(file.read().versions[0]).toMatchObject({ version: 2, by: 'file' });
  });

  it('API-42: seen half written waits until it has stood still', async () => {
    const { file, used, path, ids } = await start();
    await writeFile(path, rule('first'));
    await file.poll();
    await writeFile(path, `${rule('whole')}\n# and a word`);
    await file.poll();
    expect(used).toEqual([]);
    await file.poll();
    expect(ids()).toContain('whole');
    expect(used).toHaveLength(1);
  });

  it('API-43: that is suddenly empty is no wish to have stock rules only', async () => {
    const { file, path, ids } = await start();
    await file.write(save(rule('mine'), 1));
    await writeFile(path, '');
    await file.poll();
    await file.poll();
    expect(ids()).toContain('mine');
    expect(file.state().faults).toEqual([expect.stringMatching(/the file is empty/)]);
  });

  it('API-43: whose versions cannot be kept stops no start, and says so', async () => {
    const folder = newFolder();
    await writeFile(join(folder, 'no-folder'), '');
    const path = join(folder, 'no-folder', 'alarm-rules.yaml');
    const file = await openRulesFile({ path, now: () => 1_000, use: () => undefined });
    expect(file.rules.rules.length).toBe(STOCK_RULES.length);
    expect(file.state().faults[0]).toMatch(/versions of the rules cannot be kept/);
  });

  it('API-42: edited by hand just now is not overwritten by who has not seen it', async () => {
    const { file, path, ids } = await start();
    await writeFile(path, rule('hand'));
    expect(await refusal(file.write(save(rule('mine'), 1)))).toMatch(/version 2 is in force/);
    expect(ids()).toContain('hand');
  });

  it('API-43: edited into faults leaves the version before in force, tells each of them, and is shown as it stands', async () => {
    const { file, used, path, ids, again } = await start();
    await file.write(save(rule('mine'), 1));
    await writeFile(path, BAD);
    await file.poll();
    await file.poll();
    expect(ids()).toContain('mine');
    expect(file.state()).toMatchObject({ version: 2, faults: [expect.stringMatching(/lagP95Mss/)] });
    expect(file.read().text).toBe(BAD);
    expect(used).toHaveLength(1);
    const next = await again();
    expect(next.ids()).toContain('mine');
    expect(next.file.state().faults).toHaveLength(1);
    await next.file.write(save(rule('mended'), 2));
    expect(next.file.state()).toMatchObject({ version: 3, faults: [] });
  });

  it('API-43: that was deleted leaves the rules in force, and says so', async () => {
    const { file, path, ids } = await start();
    await file.write(save(rule('mine'), 1));
    await rm(path);
    await file.poll();
    expect(ids()).toContain('mine');
    expect(file.state().faults).toEqual([expect.stringMatching(/is gone; save the rules again/)]);
    expect(file.read().text).toBe(rule('mine'));
  });

  it('API-43: with faults at the first start is no reason not to start: stock rules are in force', async () => {
    const folder = newFolder();
    await writeFile(join(folder, 'alarm-rules.yaml'), 'rules: [');
    const { file, ids } = await start(folder);
    expect(ids()).toEqual(STOCK_RULES.map(({ id }) => id));
    expect(file.state().faults.length).toBeGreaterThan(0);
  });

  it('API-44: has its earlier versions, through a line that a crash has cut short', async () => {
    const { file, path, again } = await start();
    await file.write(save(rule('one'), 1));
    await appendFile(versionsPath(path), '\n{"version":3,"atMs"');
    const next = await again();
    await next.file.write(save(rule('two'), 2));
    const last = await next.again();
    expect(last.file.read().versions.map(({ version }) => version)).toEqual([3, 2, 1]);
    expect(await last.file.version(2)).toBe(rule('one'));
    expect(await last.file.version(3)).toBe(rule('two'));
    expect(await last.file.version(9)).toBeUndefined();
  });
});
