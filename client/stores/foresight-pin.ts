/** What a wall says of a pinned trouble's end, extent and cause; each only when it is known. All pure. */
import type { AlarmScope } from '../../shared/alarms.ts';
import type { ScopeForesight, SharedCause } from '../../shared/foresight.ts';
import type { Pin } from './pin-model.ts';
import { affectedText, drainText, heldText } from './foresight-text.ts';

export interface PinPlaceRef {
  readonly kind: 'tenant' | 'cluster' | 'platform';
  readonly id: string;
}
export interface PinLine {
  readonly kind: 'drain' | 'held' | 'affected' | 'cause';
  readonly text: string;
}

/** Whose foresight a pin shows: of what leads its group, or else of the group's cluster. Null: of nothing that is foreseen. */
export function pinnedPlace({ tenantId, group }: Pick<Pin, 'tenantId' | 'group'>): PinPlaceRef | null {
  if (tenantId !== null) return { kind: 'tenant', id: tenantId };
  if (!group) return null;
  const cluster = group.cluster === null ? null : ({ kind: 'cluster', id: group.cluster } as const);
  // A group of several tenants on one cluster is told by the cluster.
  if (cluster && group.members.length > 1) return cluster;
  return placeOf(group.lead?.scope) ?? cluster;
}

function placeOf(scope: AlarmScope | undefined): PinPlaceRef | null {
  const { kind, id = '' } = scope ?? {};
  return kind === 'tenant' || kind === 'cluster' || kind === 'platform' ? { kind, id } : null;
}

/** The lines, in the order in which they are asked for at night: until when, how many mails, how many people, why. */
export function pinLines(
  told: ScopeForesight | null,
  causes: readonly SharedCause[],
  { place, nowMs }: { readonly place: PinPlaceRef; readonly nowMs: number },
): readonly PinLine[] {
  const lines: PinLine[] = [];
  if (told && (told.drain.state === 'forecast' || told.drain.state === 'growing'))
    lines.push({ kind: 'drain', text: `queue: ${drainText(told.drain, nowMs).text}` });
  if (told?.held.state === 'estimate') lines.push({ kind: 'held', text: heldText(told.held).text });
  if (told?.affected) lines.push({ kind: 'affected', text: affectedText(told.affected).text });
  const cause = causes.find((each) => concerns(each, place));
  if (cause) lines.push({ kind: 'cause', text: cause.verdict });
  return lines;
}

/** A cause concerns who is hit by it, and the cluster that is its best candidate. */
function concerns({ hit, candidates }: SharedCause, { kind, id }: PinPlaceRef): boolean {
  if (hit.some((scope) => scope.kind === kind && scope.id === id)) return true;
  const [best] = candidates;
  return kind === 'cluster' && best?.kind === 'cluster' && [id, `cluster:${id}`].includes(best.id);
}
