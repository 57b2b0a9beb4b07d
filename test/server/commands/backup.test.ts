import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runBackup, runRestore } from '../../../server/commands/backup.ts';
import { openHistoryDatabase } from '../../../server/history/sql/open.ts';
import { openRulesFile } from '../../../server/publish/rules-file.ts';
import { createTempDir, type TempDir } from '../../support/temp-dir.ts';

const RULES = `
rules:
  - id: own
    title: Ours
    scope: tenant
    when: { kind: level, metric: lagP95Ms }
    levels: [{ priority: low, above: 60000 }]
    action: Look at the queue
`;

describe('mailvigil backup', () => {
  let dir: TempDir;
  let data: string;
  let backup: string;

  beforeEach(async () => {
    dir = createTempDir('backup');
    data = join(dir.path, 'data');
    backup = join(dir.path, 'backup');
    mkdirSync(data);
    (await openHistoryDatabase(join(data, 'mailvigil.db'), 0)).close();
  });
  afterEach(() => dir.remove());

  const io = () => ({ stdout: new PassThrough(), stderr: new PassThrough({ encoding: 'utf8' }) });
  const openRules = () =>
    openRulesFile({ path: join(data, 'alarm-rules.yaml'), now: () => 1, use: () => undefined });
  const saveRules = async () =>
    (await openRules()).write({ text: RULES, baseVersion: 1, by: 'kim', note: 'ours' });

  /** By name without the time in it. */
  const aside = () =>
    Object.fromEntries(
      readdirSync(data)
        .filter((name) => name.includes('.before-restore-'))
        .map((name) => [name.replace(/\.before-restore-\d+$/, ''), readFileSync(join(data, name), 'utf8')]),
    );

  it('CMD-8: the rules of alarms and their versions are in force again where it is restored', async () => {
    await saveRules();
    await runBackup(backup, data, io());
    data = join(dir.path, 'elsewhere');
    mkdirSync(data);
    await runRestore(backup, data, io());
    const rules = await openRules();
    expect(rules.state()).toMatchObject({ version: 2, faults: [] });
    expect(rules.title('own')).toBe('Ours');
    expect(rules.read().versions.map(({ by }) => by)).toEqual(['kim', 'mailvigil']);
  });

  it('CMD-9: rules that were changed in the backup are refused', async () => {
    await saveRules();
    await runBackup(backup, data, io());
    appendFileSync(join(backup, 'alarm-rules.yaml'), '# more\n');
    await expect(runRestore(backup, data, io())).rejects.toThrow('alarm-rules.yaml is not what was');
    rmSync(join(backup, 'alarm-rules.versions.jsonl'));
    await expect(runRestore(backup, data, io())).rejects.toThrow('it is missing');
  });

  it('CMD-9: what people had edited there is moved aside and told of', async () => {
    writeFileSync(join(data, 'providers.yaml'), 'theirs\n');
    await saveRules();
    await runBackup(backup, data, io());
    writeFileSync(join(data, 'providers.yaml'), 'ours\n');
    writeFileSync(join(data, 'alarm-rules.yaml'), 'rules: []\n');
    const restored = io();
    await runRestore(backup, data, restored);
    expect(readFileSync(join(data, 'providers.yaml'), 'utf8')).toBe('theirs\n');
    expect(readFileSync(join(data, 'alarm-rules.yaml'), 'utf8')).toBe(RULES);
    expect(aside()).toMatchObject({ 'providers.yaml': 'ours\n', 'alarm-rules.yaml': 'rules: []\n' });
    const told = String(restored.stderr.read());
    for (const name of ['the store', 'providers.yaml', 'alarm-rules.yaml'])
      expect(told).toContain(`${name} that was there is now `);
  });

  it('CMD-9: where the stock rules were in force they are again, and later ones stand aside', async () => {
    await openRules();
    await runBackup(backup, data, io());
    await saveRules();
    await runRestore(backup, data, io());
    const rules = await openRules();
    expect(rules.state()).toMatchObject({ version: 1, faults: [] });
    expect(rules.title('own')).toBeUndefined();
    expect(aside()).toMatchObject({ 'alarm-rules.yaml': RULES });
  });
});
