/** The alarm rules: a file that people edit, by hand or on the page of rules. What cannot be used never takes the place of what can. */
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type RulesAnswer, type RulesState, WATCH } from '../../shared/alarms.ts';
import { AppError, messageOf } from '../base/errors.ts';
import { METRIC_VIEWS } from '../detect/rules/metrics.ts';
import { parseRules } from '../detect/rules/rule-file.ts';
import { type LoadedRules, loadRuleSet } from '../detect/rules/rule-set.ts';
import type { RuleSet } from '../detect/rules/types.ts';
import type { RulesPort, RulesSave } from './alarms-port.ts';
import { openRuleVersions, type RuleVersions, versionsInMemory } from './rule-versions.ts';

/** Who changed it when it was edited by hand. */
export const BY_HAND = 'file';

export interface RulesFileOptions {
  readonly path: string;
  readonly now: () => number;
  /** Told of each new version that is in force. */
  readonly use: (rules: RuleSet, by: string, note: string) => void;
  /** How often a rule was raised in the last 24 hours. */
  readonly raises?: (rule: string) => number;
}

export interface RulesFile extends RulesPort {
  /** In force. */
  readonly rules: RuleSet;
  state(): RulesState;
  read(): RulesAnswer;
  write(save: RulesSave): Promise<RulesAnswer>;
  version(version: number): Promise<string | undefined>;
  /** Looks whether the file was edited by hand: to be called each few seconds. Never throws. */
  poll(): Promise<void>;
}

interface Now {
  readonly text: string;
  readonly loaded: LoadedRules;
  /** Of the file as it stands, when it is not what is in force. */
  readonly faults: readonly string[];
  readonly fileText: string;
}

/** Opens the rules as the last run left them, with what was edited since; a file with faults stops no start. */
export async function openRulesFile(options: RulesFileOptions): Promise<RulesFile> {
  const name = basename(options.path);
  const { versions, fault } = await openVersions(options);
  const last = versions.last();
  const file = new Rules(options, versions, loadRuleSet(last?.text ?? '', last?.version ?? 1, name));
  if (fault !== undefined) file.fault = fault;
  await file.poll();
  // Nobody was there to see it half written.
  await file.poll();
  return file;
}

/** Where versions cannot be kept they live as long as the process, and that is told: rules are in force either way. */
async function openVersions({
  path,
  now,
}: RulesFileOptions): Promise<{ versions: RuleVersions; fault?: string }> {
  try {
    await mkdir(dirname(path), { recursive: true });
    const versions = await openRuleVersions(versionsPath(path));
    if (!versions.last()) await versions.add(firstVersion(now()));
    return { versions };
  } catch (error) {
    const versions = versionsInMemory();
    await versions.add(firstVersion(now()));
    return {
      versions,
      fault: `versions of the rules cannot be kept: ${messageOf(error)}; see to the folder and start again`,
    };
  }
}

/** `alarm-rules.yaml` → `alarm-rules.versions.jsonl`. */
export function versionsPath(path: string): string {
  return join(dirname(path), `${basename(path).replace(/\.ya?ml$/, '')}.versions.jsonl`);
}

function firstVersion(atMs: number) {
  return { version: 1, atMs, by: WATCH, note: 'stock rules', text: '' };
}

class Rules implements RulesFile {
  readonly #options: RulesFileOptions;
  readonly #versions: RuleVersions;
  readonly #name: string;
  /** Why versions are not kept. */
  fault: string | undefined;
  #now: Now;
  #stamp = '';
  /** Of a change seen once: an editor may be about to write the rest. */
  #seenOnce = '';
  /** One after the other: two saves at a time, and an edit between them. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: RulesFileOptions, versions: RuleVersions, loaded: LoadedRules) {
    this.#options = options;
    this.#versions = versions;
    this.#name = basename(options.path);
    const text = versions.last()?.text ?? '';
    this.#now = { text, loaded, faults: loaded.faults, fileText: text };
  }

  get rules(): RuleSet {
    return this.#now.loaded.set;
  }

  state(): RulesState {
    const { set } = this.#now.loaded;
    const count = set.rules.filter(({ enabled }) => enabled).length;
    const faults = this.fault === undefined ? this.#now.faults : [this.fault, ...this.#now.faults];
    return { version: set.version, count, faults };
  }

  read(): RulesAnswer {
    const { loaded, faults, fileText } = this.#now;
    const raises = this.#options.raises ?? (() => 0);
    return {
      ...{ version: loaded.set.version, text: fileText, faults, metrics: METRIC_VIEWS },
      rules: loaded.views.map((view) => ({ ...view, raises24h: raises(view.id) })),
      versions: this.#versions.list(),
    };
  }

  title(rule: string): string | undefined {
    return this.rules.rules.find(({ id }) => id === rule)?.title;
  }

  check(text: string): readonly string[] {
    const result = parseRules(text, this.#name);
    return result.ok ? [] : result.faults;
  }

  version(version: number): Promise<string | undefined> {
    return this.#versions.text(version);
  }

  write(save: RulesSave): Promise<RulesAnswer> {
    return this.#inTurn(async () => {
      // What was edited by hand a moment ago is a version as well.
      await this.#look(true);
      const { version } = this.rules;
      if (save.baseVersion !== version)
        throw new AppError('bad-request', `version ${version} of the rules is in force`, [
          `baseVersion: you began with version ${save.baseVersion}, and version ${version} is in force: read it, and put your change into it`,
        ]);
      const faults = this.check(save.text);
      if (faults.length > 0)
        throw new AppError('bad-request', `the rules have ${faults.length} fault(s)`, faults);
      const { path } = this.#options;
      // Whole or not at all, whenever the power goes.
      await writeFile(`${path}.new`, save.text, { flush: true });
      await rename(`${path}.new`, path);
      const stamp = await stampOf(path);
      await this.#take(save.text, save.by, save.note);
      // Only now: what could not be kept as a version is found in the file and tried again.
      this.#stamp = stamp;
      return this.read();
    });
  }

  poll(): Promise<void> {
    return this.#inTurn(async () => {
      try {
        await this.#look(false);
      } catch (error) {
        this.#refuse([`${this.#name}: it can't be read: ${messageOf(error)}`], this.#now.fileText);
      }
    });
  }

  /** `isSure`: somebody is about to write over it, so it counts as it stands. */
  async #look(isSure: boolean): Promise<void> {
    const { path } = this.#options;
    const stamp = await stampOf(path);
    if (stamp === this.#stamp) return;
    if (!isSure && stamp !== this.#seenOnce) {
      this.#seenOnce = stamp;
      return;
    }
    if (stamp === 'none') {
      const isEmpty = this.#now.text === '';
      this.#refuse(
        isEmpty ? [] : [`${this.#name}: the file is gone; save the rules again to make it anew`],
        this.#now.text,
      );
    } else {
      const text = await readFile(path, 'utf8');
      const faults = text === this.#now.text ? [] : this.#checkEdit(text);
      if (text === this.#now.text || faults.length > 0) this.#refuse(faults, text);
      else await this.#take(text, BY_HAND, 'edited by hand');
    }
    this.#stamp = stamp;
  }

  /** A file that is suddenly empty is no wish to have stock rules only: `rules: []` is. */
  #checkEdit(text: string): readonly string[] {
    const isEmptied = text.trim() === '' && this.#now.text.trim() !== '';
    return isEmptied
      ? [`${this.#name}: the file is empty; write \`rules: []\` to have the stock rules alone`]
      : this.check(text);
  }

  /** What is in force stays. */
  #refuse(faults: readonly string[], fileText: string): void {
    this.#now = { ...this.#now, faults, fileText };
  }

  async #take(text: string, by: string, note: string): Promise<void> {
    const version = this.rules.version + 1;
    await this.#versions.add({ version, atMs: this.#options.now(), by, note, text });
    const loaded = loadRuleSet(text, version, this.#name);
    this.#now = { text, loaded, faults: [], fileText: text };
    this.#options.use(loaded.set, by, note);
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }
}

/** Changes whenever the file does. */
async function stampOf(path: string): Promise<string> {
  if (!existsSync(path)) return 'none';
  const { mtimeNs, size, ino } = await stat(path, { bigint: true });
  return `${mtimeNs} ${size} ${ino}`;
}
