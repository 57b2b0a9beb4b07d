import type { PlatformRow } from '../../shared/protocol.ts';
import { countOf, durationOf, percentOf } from '../format/number.ts';
import { numberFreshness, type FeedFreshness } from '../live/freshness.ts';
import { ACCESS, LAG, QUEUE, readNumber, SPAM, type Kind, type Reading } from './reading.ts';

const DELIVERED: Kind = {
  name: 'deliveredPerMinute',
  letter: '',
  word: 'delivered / min',
  format: countOf,
  nothing: 'no mail',
};
const OLDEST: Kind = {
  name: 'oldestWaitingMs',
  letter: '',
  word: 'oldest waiting',
  format: durationOf,
  nothing: 'none',
};
const NOBODYS: Kind = {
  name: 'unattributedPercent',
  letter: '',
  word: 'unattributed',
  format: percentOf,
  most: 100,
  nothing: 'no mail',
};

/** The totals of the platform strip, each with the state of the feed it comes from. */
export function platformReadings(row: PlatformRow, feeds: FeedFreshness): readonly Reading[] {
  const queue = numberFreshness('queueDepth', feeds);
  const lag = readNumber({ ...LAG, word: 'lag p95' }, row.lagP95Ms, feeds.flow);
  // Only an empty queue can say that nothing waits.
  const oldest = { ...OLDEST, nothing: row.queueDepth === 0 ? OLDEST.nothing : 'no data' };
  return [
    readNumber({ ...QUEUE, word: 'in queue' }, row.queueDepth, queue),
    readNumber(oldest, row.oldestWaitingMs, queue),
    row.isLagFloor && lag.quantity ? { ...lag, prefix: '≥' } : lag,
    readNumber(DELIVERED, row.deliveredPerMinute, feeds.flow),
    readNumber(SPAM, row.spamPercent, numberFreshness('spamPercent', feeds)),
    readNumber(ACCESS, row.accessPercent, feeds.access),
    readNumber(NOBODYS, row.unattributedPercent, feeds.flow),
  ];
}
