/** Which charts a tenant's page has, and what is drawn in each. All data. */
import type { RecordStatus } from '../../shared/history.ts';
import { countOf, durationOf, percentOf, type Quantity } from '../format/number.ts';

/** Okabe-Ito, each with a dash pattern of its own, so that lines differ without their colours. */
export const STYLES = {
  sky: { color: '#56b4e9', dash: [] },
  orange: { color: '#e69f00', dash: [8, 4] },
  yellow: { color: '#f0e442', dash: [2, 3] },
  purple: { color: '#cc79a7', dash: [12, 3, 2, 3] },
  vermillion: { color: '#f0793a', dash: [5, 2, 1, 2, 1, 2] },
} as const;

/** What a number is, which decides its format and its axis. */
export type Unit = 'count' | 'perMinute' | 'percent' | 'duration';

export interface LineDef {
  readonly metric: string;
  readonly label: string;
  /** What the legend calls it; else the label. */
  readonly legend?: string;
  readonly style: keyof typeof STYLES;
  /** `stack`: on top of those before it. `band`: filled down to the line before it. `edge`: of a band, drawn faintly. */
  readonly shape: 'line' | 'stack' | 'band' | 'edge';
  /** Status of the messages behind a point; absent: there are none to be listed. */
  readonly status?: readonly RecordStatus[];
}

export interface PanelDef {
  readonly id: string;
  readonly title: string;
  readonly note: string;
  readonly unit: Unit;
  readonly axis: 'zero' | 'log' | 'hundred' | 'top';
  /** Least upper end of the axis. */
  readonly least: number;
  /** Shares and percentiles are null when there was nothing to measure; that is no gap. */
  readonly isOfMail: boolean;
  readonly lines: readonly LineDef[];
  /** The one metric of it that is compared with other days. */
  readonly compared: string;
  /** What it is, when it is none of the lines. */
  readonly comparedWord?: string;
}

const DELIVERED: readonly RecordStatus[] = ['sent'];
const DEFERRED: readonly RecordStatus[] = ['deferred'];
const BOUNCED: readonly RecordStatus[] = ['bounced', 'expired'];

export const PANELS: readonly PanelDef[] = [
  {
    id: 'lag',
    title: 'Delivery lag',
    note: 'delivered and still waiting together',
    unit: 'duration',
    axis: 'log',
    least: 60_000,
    isOfMail: true,
    compared: 'lagP95Ms',
    lines: [
      { metric: 'lagP50Ms', label: 'p50', style: 'sky', shape: 'line', status: DELIVERED },
      { metric: 'lagP95Ms', label: 'p95', style: 'orange', shape: 'band', status: DELIVERED },
      { metric: 'lagP99Ms', label: 'p99', style: 'yellow', shape: 'band', status: DELIVERED },
      {
        metric: 'oldestWaitingMs',
        label: 'oldest waiting',
        style: 'purple',
        shape: 'line',
        status: DEFERRED,
      },
    ],
  },
  {
    id: 'queue',
    title: 'Queue by state',
    note: 'recipients waiting, stacked; hold apart',
    unit: 'count',
    axis: 'zero',
    least: 10,
    isOfMail: false,
    compared: 'queueDepth',
    comparedWord: 'total',
    lines: [
      { metric: 'queueDeferred', label: 'deferred', style: 'orange', shape: 'stack', status: DEFERRED },
      { metric: 'queueActive', label: 'active', style: 'sky', shape: 'stack' },
      { metric: 'queueIncoming', label: 'incoming', style: 'yellow', shape: 'stack' },
      { metric: 'queueHold', label: 'hold', style: 'purple', shape: 'line', status: ['held'] },
      { metric: 'queueCorrupt', label: 'corrupt', style: 'vermillion', shape: 'line' },
    ],
  },
  {
    id: 'spam',
    title: 'Spam share',
    note: 'of final verdicts, with its 95 % band',
    unit: 'percent',
    axis: 'zero',
    least: 10,
    isOfMail: true,
    compared: 'spamPercent',
    lines: [
      { metric: 'spamLowPercent', label: 'at least', style: 'sky', shape: 'edge' },
      { metric: 'spamHighPercent', label: 'at most', legend: '95 % band', style: 'sky', shape: 'band' },
      { metric: 'spamPercent', label: 'spam', style: 'orange', shape: 'line' },
    ],
  },
  {
    id: 'flow',
    title: 'Flow',
    note: 'per minute',
    unit: 'perMinute',
    axis: 'zero',
    least: 10,
    isOfMail: false,
    compared: 'accepted',
    lines: [
      { metric: 'accepted', label: 'accepted', style: 'sky', shape: 'line' },
      { metric: 'delivered', label: 'delivered', style: 'yellow', shape: 'line', status: DELIVERED },
      { metric: 'deferred', label: 'deferred', style: 'orange', shape: 'line', status: DEFERRED },
      { metric: 'bounced', label: 'bounced', style: 'purple', shape: 'line', status: ['bounced'] },
      { metric: 'rejected', label: 'rejected', style: 'vermillion', shape: 'line', status: ['rejected'] },
    ],
  },
  {
    id: 'deferral',
    title: 'Deferral share',
    note: 'of delivery attempts',
    unit: 'percent',
    axis: 'zero',
    least: 10,
    isOfMail: true,
    compared: 'deferralPercent',
    lines: [
      { metric: 'deferralPercent', label: 'deferred', style: 'orange', shape: 'line', status: DEFERRED },
    ],
  },
  {
    id: 'bounce',
    title: 'Bounce share',
    note: 'of recipients that came to an end',
    unit: 'percent',
    axis: 'zero',
    least: 5,
    isOfMail: true,
    compared: 'bouncePercent',
    lines: [{ metric: 'bouncePercent', label: 'bounced', style: 'purple', shape: 'line', status: BOUNCED }],
  },
  {
    id: 'access',
    title: 'Access',
    note: 'distinct users without a fault of ours',
    unit: 'percent',
    axis: 'top',
    least: 99,
    isOfMail: true,
    compared: 'accessPercent',
    lines: [{ metric: 'accessPercent', label: 'access', style: 'sky', shape: 'line' }],
  },
  {
    id: 'logins',
    title: 'Logins',
    note: 'per minute',
    unit: 'perMinute',
    axis: 'zero',
    least: 10,
    isOfMail: false,
    compared: 'loginOk',
    lines: [
      { metric: 'loginOk', label: 'ok', style: 'sky', shape: 'line' },
      { metric: 'loginFailed', label: 'failed', style: 'yellow', shape: 'line' },
      { metric: 'loginFault', label: 'our fault', style: 'vermillion', shape: 'line' },
    ],
  },
  {
    id: 'scan',
    title: 'Scan coverage and hostile inflow',
    note: 'verdicts of accepted; spam and refused of all that came',
    unit: 'percent',
    axis: 'hundred',
    least: 100,
    isOfMail: true,
    compared: 'hostilePercent',
    lines: [
      { metric: 'scanCoveragePercent', label: 'scanned', style: 'sky', shape: 'line' },
      { metric: 'hostilePercent', label: 'hostile', style: 'orange', shape: 'line', status: ['rejected'] },
    ],
  },
  {
    id: 'rest',
    title: 'Expired, held, troubles',
    note: 'per minute; late lines of the log as well',
    unit: 'perMinute',
    axis: 'zero',
    least: 1,
    isOfMail: false,
    compared: 'expired',
    lines: [
      { metric: 'expired', label: 'expired', style: 'orange', shape: 'line', status: ['expired'] },
      { metric: 'held', label: 'held', style: 'purple', shape: 'line', status: ['held'] },
      { metric: 'troubles', label: 'troubles', style: 'vermillion', shape: 'line' },
      { metric: 'late', label: 'late lines', style: 'yellow', shape: 'line' },
    ],
  },
];

/** Numbers that stand beside the charts: how many things the shares were taken of. */
export const SIZES: readonly { readonly metric: string; readonly label: string; readonly of: string }[] = [
  { metric: 'spamN', label: 'verdicts', of: 'spam' },
  { metric: 'accessUsers', label: 'users', of: 'access' },
];

/** All that is asked of the series API. */
export const ASKED_METRICS: readonly string[] = [
  ...new Set([
    ...PANELS.flatMap(({ lines, compared }) => [...lines.map(({ metric }) => metric), compared]),
    ...SIZES.map(({ metric }) => metric),
  ]),
];

/** The key under which a line is switched off in the address. */
export const lineKey = (panelId: string, metric: string) => `${panelId}.${metric}`;

const FORMATS: Readonly<Record<Unit, (n: number) => Quantity>> = {
  count: countOf,
  perMinute: countOf,
  percent: percentOf,
  duration: durationOf,
};

/** A number of a panel, ready to be read. Rates say that they are. */
export function unitText(unit: Unit, value: number): string {
  const { value: text, unit: name } = FORMATS[unit](value);
  const number = name === '' ? text : `${text} ${name}`;
  return unit === 'perMinute' ? `${number} /min` : number;
}

/** A label of a scale is exact and needs no zeros to say so. */
export function axisText(unit: Unit, value: number): string {
  const { value: text, unit: name } = FORMATS[unit](value);
  const short = text.includes('.') ? text.replace(/\.?0+$/, '') : text;
  return name === '' ? short : `${short} ${name}`;
}

const MINUTE_MS = 60_000;

/** Counts of a step as a rate, so that steps of any length compare. */
export function inUnit(unit: Unit, value: number | null, stepMs: number): number | null {
  return unit === 'perMinute' && value !== null ? (value * MINUTE_MS) / stepMs : value;
}
