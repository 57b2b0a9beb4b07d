import type { MailEvent, QueueListing } from './event.ts';
import type { SourceReport } from '../../shared/protocol.ts';

/** Bytes of the line an event was read from; valid only during the call that hands it over. */
export interface LineRef {
  readonly buffer: Buffer;
  readonly start: number;
  readonly end: number;
  /** The file it stands in. Absent: the source has one, or none. */
  readonly stream?: string;
}

/** Where sources put what they read. Calls are synchronous; what throws here is a bug, not bad input. */
export interface Sink {
  event(event: MailEvent, line?: LineRef): void;
  listing(listing: QueueListing): void;
}

/** Something that reports by itself: follows a file, polls a command, listens for pushes. */
export interface Source {
  readonly id: string;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** What it knows of itself now: state with reason and mend, age, counters. Pure read. */
  report(nowMs: number): SourceReport;
}
