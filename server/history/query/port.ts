import type {
  MessagePage,
  MessageQuery,
  MessageTrace,
  SeriesAnswer,
  TablesAnswer,
  TopAnswer,
} from '../../../shared/history.ts';
import type { PastPicture } from '../sql/pictures.ts';
import type {
  KeptExtents,
  MomentQuery,
  PastMoment,
  SamplesAnswer,
  SamplesQuery,
  SeriesQuery,
  TablesQuery,
  TopQuery,
} from './types.ts';

/** Questions that are answered out of the store, where they may block: by a thread of their own. `nowMs`: the clock of what is watched. */
export interface HistoryQueries {
  series(query: SeriesQuery, nowMs: number): Promise<SeriesAnswer>;
  top(query: TopQuery, nowMs: number): Promise<TopAnswer>;
  tables(query: TablesQuery, nowMs: number): Promise<TablesAnswer>;
  /** The wall as it was shown; undefined when no picture of that time is kept. */
  picture(atMs: number): Promise<PastPicture | undefined>;
  /** Gathered, not yet judged. Undefined: nothing is kept of that time, or only coarser than a minute. */
  moment(query: MomentQuery): Promise<PastMoment | undefined>;
  /** Numbers of one scope as rules read them, step by step. */
  samples(query: SamplesQuery): Promise<SamplesAnswer>;
  /** How far windows reach back. */
  extents(): Promise<KeptExtents>;
  search(query: MessageQuery): Promise<MessagePage>;
  /** `aroundMs` chooses among messages that had the same queue id; without it the last one. */
  trace(host: string, queueId: string, aroundMs?: number): Promise<MessageTrace>;
  /** Groups destinations by this list from now on. Refused with every fault when it is not understood. */
  useProviders(text: string): Promise<void>;
}
