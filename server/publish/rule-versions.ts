/** Versions of the rules file, one line of JSON each, the oldest first; beside the file itself. */
import { existsSync } from 'node:fs';
import { appendFile, readFile, rename, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { jsonOf } from '../base/json.ts';

const Version = z.object({
  version: z.int().min(0),
  atMs: z.number(),
  by: z.string(),
  note: z.string(),
  text: z.string(),
});
export type RuleVersion = z.infer<typeof Version>;
export type RuleVersionEntry = Omit<RuleVersion, 'text'>;

/** More lines than this are cut to KEPT: a rules file that is saved each hour is not kept for ever. */
const MOST = 400;
const KEPT = 200;

export interface RuleVersions {
  /** Newest first, without their texts. */
  list(): readonly RuleVersionEntry[];
  last(): RuleVersion | undefined;
  text(version: number): Promise<string | undefined>;
  add(version: RuleVersion): Promise<void>;
}

/** A line that a crash has cut short is left aside; what it was is in the rules file. */
export async function openRuleVersions(path: string): Promise<RuleVersions> {
  const read = async () => linesOf(existsSync(path) ? await readFile(path, 'utf8') : '');
  const found = await read();
  let last = found.at(-1);
  let entries = found.map(entryOf);
  return {
    list: () => entries.toReversed(),
    last: () => last,
    text: async (version) => (await read()).findLast((it) => it.version === version)?.text,
    async add(version) {
      // A line cut short must not swallow this one.
      await appendFile(path, `\n${JSON.stringify(version)}`, { flush: true });
      last = version;
      entries = [...entries, entryOf(version)];
      if (entries.length <= MOST) return;
      const kept = (await read()).slice(-KEPT);
      await writeFile(`${path}.new`, kept.map((it) => `\n${JSON.stringify(it)}`).join(''), { flush: true });
      await rename(`${path}.new`, path);
      entries = kept.map(entryOf);
    },
  };
}

/** For as long as the process lives. */
export function versionsInMemory(): RuleVersions {
  const versions: RuleVersion[] = [];
  return {
    list: () => versions.map(entryOf).reverse(),
    last: () => versions.at(-1),
    text: (version) => Promise.resolve(versions.findLast((it) => it.version === version)?.text),
    add(version) {
      versions.push(version);
      if (versions.length > MOST) versions.splice(0, versions.length - KEPT);
      return Promise.resolve();
    },
  };
}

function linesOf(text: string): RuleVersion[] {
  return text.split('\n').flatMap((line) => {
    const parsed = Version.safeParse(jsonOf(line));
    return parsed.success ? [parsed.data] : [];
  });
}

function entryOf({ version, atMs, by, note }: RuleVersion): RuleVersionEntry {
  return { version, atMs, by, note };
}
