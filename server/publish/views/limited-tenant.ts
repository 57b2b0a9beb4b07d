/** A tenant's page for somebody who may not see all of it. Pure. */
import type { DestinationRow, ReasonRow, TenantDelta, TenantSnapshot } from '../../../shared/protocol.ts';
import { maskText } from '../../history/journal/mask.ts';
import type { Audience } from '../audience.ts';
import { limitedDemo } from './limited-wall.ts';

/** Whether a domain belongs to a tenant whom the reader may not see. */
export type IsForeign = (domain: string) => boolean;

/** Stands for domains of other tenants of this platform. */
export const OTHERS = 'other tenants here';
const HOST_NAME = /[\p{L}\p{N}_-]{1,63}(?:\.[\p{L}\p{N}_-]{1,63})+/gu;

type Page = TenantSnapshot | TenantDelta;

/** The page with masked addresses; of limited tenants also without what tells of others. */
export function pageFor<P extends Page>(page: P, audience: Audience, isForeign: IsForeign): P {
  const masked = audience.seesAddresses || !page.lines ? page : { ...page, lines: page.lines.map(maskLine) };
  return audience.tenants === 'all' ? masked : limitedPage(masked, isForeign);
}

function maskLine<L extends { readonly text: string }>(line: L): L {
  return { ...line, text: maskText(line.text) };
}

/** A line of the log tells of both ends of a message. */
function limitedPage<P extends Page>(page: P, isForeign: IsForeign): P {
  const { destinations, reasons, lines } = page;
  return {
    ...page,
    ...(lines && { lines: [] }),
    ...(destinations && { destinations: ownDestinations(destinations, isForeign) }),
    ...(reasons && { reasons: reasons.map((row) => ownReason(row, isForeign)) }),
    ...('demo' in page && { demo: limitedDemo(page.demo) }),
  };
}

/** Destinations, those that are other tenants' as one. */
export function ownDestinations(
  rows: readonly DestinationRow[],
  isForeign: IsForeign,
): readonly DestinationRow[] {
  const foreign = rows.filter(({ destination }) => isForeign(destination));
  if (foreign.length === 0) return rows;
  const sum = (read: (row: DestinationRow) => number) => foreign.reduce((all, row) => all + read(row), 0);
  const others: DestinationRow = {
    destination: OTHERS,
    delivered: sum(({ delivered }) => delivered),
    deferred: sum(({ deferred }) => deferred),
    bounced: sum(({ bounced }) => bounced),
  };
  return [...rows.filter((row) => !foreign.includes(row)), others];
}

/** What a server replied, without the names of hosts that are other tenants'. */
export function ownText(text: string, isForeign: IsForeign): string {
  return text.replace(HOST_NAME, (host) => (isForeign(host) ? '…' : host));
}

function ownReason(row: ReasonRow, isForeign: IsForeign): ReasonRow {
  return { ...row, reason: ownText(row.reason, isForeign) };
}
