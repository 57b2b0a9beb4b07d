/** Where the mail of a tenant went, for a display that may not show other tenants of the platform. Pure. */
import type { TablesAnswer, WaitingMatrix } from '../../../shared/history.ts';
import type { Principal } from '../../base/permissions.ts';
import { type IsForeign, OTHERS, ownDestinations, ownText } from './limited-tenant.ts';

/** Which domains this reader is not to be told of; undefined: none. People see where their mail goes; a wall stands in the open. */
export function foreignTo(
  { displayId, tenants }: Principal,
  ownerOf: ((domain: string) => string | undefined) | undefined,
): IsForeign | undefined {
  if (displayId === undefined || tenants === 'all' || !ownerOf) return undefined;
  return (domain) => {
    const owner = ownerOf(domain);
    return owner !== undefined && !tenants.includes(owner);
  };
}

/** The tables, what went to other tenants told as one. */
export function ownTables(answer: TablesAnswer, isForeign: IsForeign): TablesAnswer {
  const { destinations, providers, causes } = answer;
  return {
    ...answer,
    destinations: ownDestinations(destinations, isForeign),
    providers: providers.filter(({ destination }) => !isForeign(destination)),
    causes: causes.map(({ destination, reason, count }) => ({
      destination: isForeign(destination) ? OTHERS : destination,
      reason: ownText(reason, isForeign),
      count,
    })),
  };
}

/** Who waits, for whom of the others left out. */
export function ownMatrix(matrix: WaitingMatrix, isForeign: IsForeign): WaitingMatrix {
  const rows = matrix.rows.map((row) => (isForeign(row.destination) ? { ...row, destination: OTHERS } : row));
  return { ...matrix, rows };
}
