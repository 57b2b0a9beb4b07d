/** A relay may take a mail for some of its addresses only (RFC 5321, 3.3): what is left of it then. Pure. */
import { OK, type Outcome } from './channel.ts';

/** What the relay said of one address that it did not take. */
export interface Fault {
  readonly address: string;
  /** 0: it gave none. */
  readonly code: number;
  /** Without addresses. */
  readonly reason: string;
}

export interface MailRest {
  /** Addresses that have to be tried again. */
  readonly to: readonly string[];
  /** What was said of each of those that will not take it. */
  readonly refused: readonly string[];
}

/** What is left after an attempt, and what came of it as a whole. 5xx is the last word for an address, 4xx passes. */
export function restOf(
  total: number,
  before: MailRest | undefined,
  faults: readonly Fault[],
): MailRest & { readonly outcome: Outcome } {
  const passing = faults.filter(({ code }) => code < 500);
  const final = faults.filter(({ code }) => code >= 500).map(({ reason }) => reason);
  const refused = [...(before?.refused ?? []), ...final];
  const to = passing.map(({ address }) => address);
  const of = (n: number, reasons: readonly string[]): string =>
    `${n} of ${total} addresses: ${[...new Set(reasons)].join('; ')}`;
  const isPartly = to.length + refused.length < total;
  const said = passing.map(({ reason }) => reason);
  if (to.length > 0)
    return {
      to,
      refused,
      outcome: { kind: 'retry', reason: `not taken for ${of(to.length, said)}`, isPartly },
    };
  if (refused.length > 0)
    return { to, refused, outcome: { kind: 'refused', reason: `for ${of(refused.length, refused)}` } };
  return { to, refused, outcome: OK };
}
