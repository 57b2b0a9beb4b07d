/** What is wrong with a rule that has the right form: it could not be judged, or would say the same for ever. */
import { PRIORITIES } from '../../../shared/alarms.ts';
import { type Fault, levelFaults, rangeFaults } from './check-limits.ts';
import { LIMITED_METRIC, metricInfo, nearestMetric } from './metrics.ts';
import type { RuleEntry } from './rule-schema.ts';
import type { MetricInfo } from './types.ts';

export type { Fault } from './check-limits.ts';

const TIMES: Pick<MetricInfo, 'min' | 'max' | 'unit' | 'name'> = {
  ...{ min: 0, max: Infinity, unit: 'times' },
  name: 'a number of times the reference',
};

/** Every fault of one rule. */
export function faultsOfRule(entry: RuleEntry): Fault[] {
  return [
    ...scopeFaults(entry),
    ...metricFaults(entry),
    ...orderFaults(entry),
    ...conditionFaults(entry),
    ...guardFaults(entry),
  ];
}

function scopeFaults({ scope, only, except }: RuleEntry): Fault[] {
  const faults: Fault[] = [];
  if (only && sizeOf(only) === 0)
    faults.push({ path: ['only'], text: 'names nothing: the rule would apply nowhere' });
  if (scope !== 'tenant' && scope !== 'source') {
    if (only?.clusters) faults.push(noClusters('only', scope));
    if (except?.clusters) faults.push(noClusters('except', scope));
  }
  if (only && !only.clusters && isAllOf(only.ids, except?.ids))
    faults.push({
      path: ['except'],
      text: 'takes out everything that `only` names: the rule would apply nowhere',
    });
  return faults;
}

function isAllOf(ids: readonly string[] = [], others: readonly string[] = []): boolean {
  return ids.length > 0 && ids.every((id) => others.includes(id));
}

function sizeOf({ ids = [], clusters = [] }: NonNullable<RuleEntry['only']>): number {
  return ids.length + clusters.length;
}

function noClusters(key: 'only' | 'except', scope: string): Fault {
  return { path: [key, 'clusters'], text: `scope ${scope} has no clusters` };
}

/** The metric is known, at hand at the scope, and fit for the condition. */
function metricFaults({ when, scope, levels }: RuleEntry): Fault[] {
  if (!('metric' in when)) return [];
  const path = ['when', 'metric'];
  const info = metricInfo(when.metric);
  if (!info) return [{ path, text: unknownMetric(when.metric) }];
  const faults: Fault[] = [];
  const say = (text: string) => faults.push({ path, text });
  if (info.name === LIMITED_METRIC)
    say(`${LIMITED_METRIC} counts beyond the limit of a level: it is a guard only`);
  if (!info.scopes.includes(scope)) say(notAt(info, scope));
  if (when.kind === 'share' && !info.isShare)
    say(`${info.name} is no share: there is nothing to divide it by`);
  if (when.kind === 'level' || when.kind === 'share')
    levels.forEach((level, i) => faults.push(...under(['levels', i], rangeFaults(level, info))));
  if (when.kind === 'burn') {
    const limits = { ...defined('above', when.badAbove), ...defined('below', when.badBelow) };
    faults.push(...under(['when'], rangeFaults(limits, info, { above: 'badAbove', below: 'badBelow' })));
  }
  return faults;
}

function unknownMetric(name: string): string {
  const near = nearestMetric(name);
  return `there is no metric '${name}'${near === undefined ? '' : `; did you mean ${near}?`}`;
}

function notAt({ name, scopes }: MetricInfo, scope: string): string {
  return `${name} is not known of a ${scope}, only of ${scopes.join(', ')}`;
}

/** Levels ascend, and are there. */
function orderFaults({ when, levels }: RuleEntry): Fault[] {
  if (when.kind === 'burn')
    return levels.length === 0
      ? []
      : [{ path: ['levels'], text: 'the levels of a burn rule are the priorities of its pairs' }];
  if (levels.length === 0)
    return [{ path: ['levels'], text: 'there is no level: the rule would never raise anything' }];
  const faults: Fault[] = [];
  levels.forEach(({ priority }, i) => {
    const before = levels[i - 1];
    if (before && PRIORITIES.indexOf(priority) <= PRIORITIES.indexOf(before.priority))
      faults.push({
        path: ['levels', i, 'priority'],
        text: `levels ascend: ${priority} does not come after ${before.priority}`,
      });
  });
  return faults;
}

function conditionFaults({ when, levels }: RuleEntry): Fault[] {
  switch (when.kind) {
    case 'no-data':
      return silentFaults(levels);
    case 'burn':
      return burnFaults(when);
    case 'tails':
    case 'peers':
      return [...levelFaults(levels), ...timesFaults(levels), ...pastFaults(when)];
    default:
      return levelFaults(levels);
  }
}

function silentFaults(levels: RuleEntry['levels']): Fault[] {
  const faults: Fault[] = [];
  levels.forEach((level, i) => {
    if (level.above !== undefined || level.below !== undefined)
      faults.push({ path: ['levels', i], text: 'silence has no limit, only a time to hold' });
    const before = levels[i - 1];
    if (before && level.holdSeconds <= before.holdSeconds)
      faults.push({
        path: ['levels', i, 'holdSeconds'],
        text: `level ${level.priority} does not hold longer than level ${before.priority}`,
      });
  });
  return faults;
}

function burnFaults(when: Extract<RuleEntry['when'], { kind: 'burn' }>): Fault[] {
  const faults: Fault[] = [];
  if ((when.badAbove === undefined) === (when.badBelow === undefined))
    faults.push({ path: ['when'], text: 'a bad minute needs one of badAbove and badBelow' });
  when.pairs.forEach(({ longMinutes, shortMinutes, factor }, i) => {
    const at = (key: string, text: string) => faults.push({ path: ['when', 'pairs', i, key], text });
    if (shortMinutes >= longMinutes)
      at('shortMinutes', `${shortMinutes} is not shorter than longMinutes ${longMinutes}`);
    const allowed = 100 - when.objectivePercent;
    if (factor * allowed >= 100)
      at(
        'factor',
        `${factor} times ${Number(allowed.toPrecision(4))} % is never reached: no more than all minutes are bad`,
      );
  });
  return faults;
}

function timesFaults(levels: RuleEntry['levels']): Fault[] {
  return levels.flatMap((level, i) => {
    const faults = under(['levels', i], rangeFaults(level, TIMES));
    if (level.above !== undefined && level.above >= 0 && level.above <= 1)
      faults.push({
        path: ['levels', i, 'above'],
        text: `above ${level.above} times holds half of the time: more than 1`,
      });
    if (level.below !== undefined && level.below >= 1)
      faults.push({
        path: ['levels', i, 'below'],
        text: `below ${level.below} times holds half of the time: less than 1`,
      });
    return faults;
  });
}

function pastFaults(when: Extract<RuleEntry['when'], { kind: 'tails' | 'peers' }>): Fault[] {
  if (when.kind !== 'tails' || when.minimumHours <= when.hours) return [];
  const text = `${when.minimumHours} is more than hours ${when.hours}: it would never say anything`;
  return [{ path: ['when', 'minimumHours'], text }];
}

function guardFaults(entry: RuleEntry): Fault[] {
  return entry.guards.flatMap((guard, i) => {
    const faults: Fault[] = [];
    const say = (key: string, text: string) => faults.push({ path: ['guards', i, key], text });
    const info = metricInfo(guard.metric);
    if (!info) say('metric', unknownMetric(guard.metric));
    else if (!info.scopes.includes(entry.scope)) say('metric', notAt(info, entry.scope));
    if (guard.above === undefined && guard.below === undefined) say('metric', 'the guard has no limit');
    if (info) faults.push(...under(['guards', i], rangeFaults(guard, info)));
    if (guard.above !== undefined && guard.below !== undefined && guard.above >= guard.below)
      say('above', `above ${guard.above} and below ${guard.below} are never both so`);
    if (guard.metric === LIMITED_METRIC && !isLagRule(entry))
      say('metric', `${LIMITED_METRIC} needs levels of a lag, in ms`);
    return [...faults, ...contradictions(entry, i)];
  });
}

function isLagRule({ when, levels }: RuleEntry): boolean {
  return (
    when.kind === 'level' &&
    metricInfo(when.metric)?.unit === 'ms' &&
    levels.every(({ above }) => above !== undefined)
  );
}

/** A guard that leaves nothing of a level, or of a guard before it. */
function contradictions(entry: RuleEntry, place: number): Fault[] {
  const guard = entry.guards[place];
  const { when, levels, guards } = entry;
  if (!guard) return [];
  const faults: Fault[] = [];
  const clash = (other: { above?: number | undefined; below?: number | undefined }, name: string) => {
    const least = Math.max(other.above ?? -Infinity, guard.above ?? -Infinity);
    const most = Math.min(other.below ?? Infinity, guard.below ?? Infinity);
    if (least >= most)
      faults.push({
        path: ['guards', place, 'metric'],
        text: `the guard contradicts ${name}: the rule would never fire`,
      });
  };
  if ((when.kind === 'level' || when.kind === 'share') && when.metric === guard.metric)
    for (const level of levels)
      if (level.above === undefined || level.below === undefined) clash(level, `level ${level.priority}`);
  guards.slice(0, place).forEach((other, i) => {
    if (other.metric === guard.metric) clash(other, `guard ${i + 1}`);
  });
  return faults;
}

function under(path: Fault['path'], faults: readonly Fault[]): Fault[] {
  return faults.map((fault) => ({ ...fault, path: [...path, ...fault.path] }));
}

function defined<K extends string>(key: K, value: number | undefined): { [P in K]?: number } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]?: number });
}
