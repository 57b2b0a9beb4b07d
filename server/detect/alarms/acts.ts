import type { Maintenance, Silence } from '../../../shared/alarms.ts';
import type { Alarm } from './alarm.ts';
import type { DeskHands } from './hands.ts';
import { isElsewhere } from './external.ts';
import { isSame, type OutOfService } from './hides.ts';
import { matcherText } from './matcher.ts';
import { bad, mustBeGood, mustHaveRoom } from './requests.ts';
import type { ActionResult, AlarmAction } from './types.ts';

type OfAlarms = Extract<AlarmAction, { readonly ids: readonly string[] }>;

/** Does what somebody asks for. Wrong requests throw before anything changes. */
export function act(desk: DeskHands, action: AlarmAction, nowMs: number): ActionResult {
  mustBeGood(action, nowMs);
  switch (action.kind) {
    case 'acknowledge':
    case 'resolve':
    case 'shelve':
    case 'unshelve':
      return onAlarms(desk, action, nowMs);
    case 'out-of-service':
      return takeOut(desk, action, nowMs);
    case 'in-service':
      return putIn(desk, action);
    case 'silence':
      return setSilence(desk, action.silence, nowMs);
    case 'end-silence':
      return endSilence(desk, action);
    case 'maintain':
      return setMaintenance(desk, action.maintenance, nowMs);
    case 'end-maintenance':
      return endMaintenance(desk, action);
    default:
      return action satisfies never;
  }
}

function onAlarms({ points }: DeskHands, action: OfAlarms, nowMs: number): ActionResult {
  const done: string[] = [];
  const refused: { id: string; reason: string }[] = [];
  for (const id of new Set(action.ids)) {
    const alarm = points.byId(id);
    const reason = alarm ? refusal(alarm, action.kind) : 'there is no such alarm; it is over, or never was';
    if (reason !== undefined || !alarm) {
      refused.push({ id, reason: reason ?? '' });
      continue;
    }
    points.apply(alarm.key, alarm.scope, action, nowMs);
    done.push(id);
  }
  return { done, refused };
}

/** Why an alarm cannot have it now; undefined: it can. */
function refusal(alarm: Alarm, kind: OfAlarms['kind']): string | undefined {
  const { state, acknowledged, isActive, shelved, scope } = alarm;
  if (kind === 'unshelve') return shelved ? undefined : 'it is not shelved';
  if (state === 'normal') return 'it is over';
  if (kind === 'shelve') return undefined;
  if (state === 'pending') return 'it has not been raised yet';
  if (kind === 'resolve')
    return isActive === true && scope.kind !== 'external'
      ? 'its condition still holds; acknowledge or shelve it'
      : undefined;
  return state === 'acknowledged'
    ? `${acknowledged?.by ?? 'somebody'} has acknowledged it already`
    : undefined;
}

type Service = Extract<AlarmAction, { readonly kind: 'out-of-service' | 'in-service' }>;

function takeOut(desk: DeskHands, { rule, scope, by, reason }: Service, nowMs: number): ActionResult {
  const { hides } = desk;
  if (!isThere(desk, rule)) throw bad(`there is no rule ${rule}; name one of the rules`);
  mustHaveRoom('rules out of service', hides.service.length);
  const entry: OutOfService = { rule, scope: scope ?? null, by, reason, sinceMs: nowMs };
  if (hides.service.some((one) => isEntry(one, entry))) throw bad(`${rule} is out of service already`);
  hides.service = [...hides.service, entry];
  hides.changed.add('service');
  // Alarms that are up get a line of their own.
  desk.note('out-of-service', { by, reason }, { rule, ...(scope ? { scope } : {}) });
  desk.sweep({ by, reason });
  return { done: [rule], refused: [] };
}

/** Rules of other systems are known by their alarms only. */
function isThere({ rules, points }: DeskHands, rule: string): boolean {
  if (rules.rules.some(({ id }) => id === rule)) return true;
  return isElsewhere(rule) && [...points.all()].some((alarm) => alarm.rule === rule);
}

function putIn(desk: DeskHands, { rule, scope, by, reason }: Service): ActionResult {
  const { hides } = desk;
  const kept = hides.service.filter((one) => !isEntry(one, { rule, scope: scope ?? null }));
  if (kept.length === hides.service.length)
    throw bad(`${rule} is not out of service${scope ? ` at ${scope.id}` : ''}; nothing to end`);
  hides.service = kept;
  hides.changed.add('service');
  desk.note('in-service', { by, reason }, { rule, ...(scope ? { scope } : {}) });
  desk.sweep({ by, reason });
  return { done: [rule], refused: [] };
}

function isEntry(a: OutOfService, b: Pick<OutOfService, 'rule' | 'scope'>): boolean {
  if (a.rule !== b.rule) return false;
  return a.scope === null || b.scope === null ? a.scope === b.scope : isSame(a.scope, b.scope);
}

function setSilence(desk: DeskHands, asked: Omit<Silence, 'id'>, nowMs: number): ActionResult {
  const { silences, changed } = desk.hides;
  mustHaveRoom('silences', silences.size);
  const id = newId('s', nowMs, silences);
  const { matcher, by, reason, fromMs, untilMs } = asked;
  silences.set(id, { id, matcher, by, reason, fromMs, untilMs, withheld: 0 });
  changed.add('silences');
  const until = new Date(untilMs).toISOString();
  desk.note('silence-set', { by, reason: `${matcherText(matcher)}, until ${until}: ${reason}` });
  desk.sweep({ by, reason });
  return { done: [id], refused: [] };
}

type Ending = Extract<AlarmAction, { readonly kind: 'end-silence' | 'end-maintenance' }>;

function endSilence(desk: DeskHands, { id, by, reason }: Ending): ActionResult {
  const { silences, changed } = desk.hides;
  const silence = silences.get(id);
  if (!silence) return { done: [], refused: [{ id, reason: 'there is no such silence; it may have ended' }] };
  silences.delete(id);
  changed.add('silences');
  desk.note('silence-ended', { by, reason: `${matcherText(silence.matcher)}: ${reason}` });
  desk.sweep({ by, reason });
  return { done: [id], refused: [] };
}

function setMaintenance(desk: DeskHands, asked: Omit<Maintenance, 'id'>, nowMs: number): ActionResult {
  const { maintenance, changed } = desk.hides;
  mustHaveRoom('maintenance windows', maintenance.size);
  const id = newId('m', nowMs, maintenance);
  const { matcher, by, reason, when } = asked;
  maintenance.set(id, { id, matcher, by, reason, when });
  changed.add('maintenance');
  const until = new Date(when.untilMs).toISOString();
  const text = when.kind === 'once' ? `until ${until}` : `each week until ${until}`;
  desk.note('maintenance-set', { by, reason: `${matcherText(matcher)}, ${text}: ${reason}` });
  desk.sweep({ by, reason });
  return { done: [id], refused: [] };
}

function endMaintenance(desk: DeskHands, { id, by, reason }: Ending): ActionResult {
  const { maintenance, changed } = desk.hides;
  const one = maintenance.get(id);
  if (!one) return { done: [], refused: [{ id, reason: 'there is no such maintenance; it may have ended' }] };
  maintenance.delete(id);
  changed.add('maintenance');
  desk.note('maintenance-ended', { by, reason: `${matcherText(one.matcher)}: ${reason}` });
  desk.sweep({ by, reason });
  return { done: [id], refused: [] };
}

function newId(letter: string, nowMs: number, taken: ReadonlyMap<string, unknown>): string {
  const base = `${letter}${nowMs.toString(36)}`;
  let id = base;
  for (let n = 2; taken.has(id); n++) id = `${base}-${n}`;
  return id;
}
