/** What campaigns are made from: one mail, in plain numbers and texts. */
import type { SpamAction } from '../../../collect/event.ts';
import type { Looks } from './features.ts';

/** What the filter decided: it called it spam, it let it pass nearer to the limit than to nothing, or it saw nothing in it. */
export type Call = 'spam' | 'unsure' | 'clean';

/** One mail that the filter has looked at. */
export interface Mail {
  readonly atMs: number;
  readonly source: string;
  readonly looks: Looks;
  readonly action: SpamAction;
  readonly call: Call;
  readonly from: string;
  readonly to: readonly string[];
  /** More recipients than are named. */
  readonly isToCut: boolean;
  /** Tenants that it concerns, by place. */
  readonly owners: readonly number[];
  readonly clientIp: string | null;
}

/** Of an address or a network: 48 bits, salted, so that nobody can tell from it whom it stands for. */
export type HashOf = (text: string) => number;
