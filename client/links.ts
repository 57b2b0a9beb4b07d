/** Addresses of this client's own pages, with what they are to show. */
import type { RecordStatus } from '../shared/history.ts';

/** What to look for in the message journal. */
export interface MessagesQuery {
  readonly tenant?: string;
  readonly fromMs?: number;
  readonly toMs?: number;
  readonly status?: readonly RecordStatus[];
  readonly toDomain?: string;
  readonly provider?: string;
  /** SMTP reply or enhanced status code. */
  readonly code?: string;
  /** Of the reason. */
  readonly words?: string;
  readonly queueId?: string;
  readonly address?: string;
}

function pathOf(path: string, values: Readonly<Record<string, string | number | undefined>>): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(values))
    if (value !== undefined && value !== '') params.set(name, String(value));
  const text = params.toString();
  return text === '' ? path : `${path}?${text}`;
}

/** The messages behind a number: `/messages?tenant=...&from=...&to=...&status=...`; times epoch ms. */
export function messagesLink(query: MessagesQuery): string {
  const { fromMs, toMs, status, ...rest } = query;
  return pathOf('/messages', {
    tenant: rest.tenant,
    from: fromMs === undefined ? undefined : Math.floor(fromMs),
    to: toMs === undefined ? undefined : Math.ceil(toMs),
    status: status?.join(','),
    ...rest,
  });
}

/** What the alarm page is to show. */
export interface AlarmsQuery {
  /** Of an alarm or a group. */
  readonly id?: string;
  readonly tab?: 'active' | 'hidden' | 'record' | 'shift' | 'on-call';
  readonly rule?: string;
  readonly cluster?: string;
  /** Words of title, place and reason. */
  readonly words?: string;
}

/** The alarm page: all alarms, one of them, or another of its tabs. */
export function alarmsLink({ id, tab, rule, cluster, words }: AlarmsQuery = {}): string {
  const path = id === undefined ? '/alarms' : `/alarms/${encodeURIComponent(id)}`;
  return pathOf(path, { tab: tab === 'active' ? undefined : tab, rule, cluster, q: words });
}

/** A tenant's page over a fixed range of time. */
export function tenantLink(id: string, fromMs?: number, toMs?: number): string {
  return pathOf(`/tenant/${encodeURIComponent(id)}`, { from: fromMs, to: toMs });
}

/** Longer reasons were cut by the server, perhaps within a word. */
const REASON_LENGTH = 160;

/** Words to search by out of a reason as tables have it, where numbers, addresses and hosts have been taken out. */
export function reasonWords(reason: string): string {
  const whole = reason.length < REASON_LENGTH ? reason : reason.replace(/[A-Za-z0-9]+$/, '');
  const words = (whole.match(/[A-Za-z0-9]+/g) ?? []).filter((word) => /^[A-Za-z]{3,}$/.test(word));
  return [...new Set(words.map((word) => word.toLowerCase()))].slice(0, 6).join(' ');
}

/** The tenant's page behind a tile: live, or the hour around the past moment that the wall shows. */
export function tileLink(id: string, replayedMs?: number | null): string {
  if (!replayedMs) return `/tenant/${id}`;
  return tenantLink(id, replayedMs - 45 * 60_000, replayedMs + 15 * 60_000);
}

/** The life of one message; queue ids are used again, so the time says which. */
export function traceLink(host: string, queueId: string, atMs?: number): string {
  return pathOf(`/messages/${encodeURIComponent(host)}/${encodeURIComponent(queueId)}`, { at: atMs });
}
