import { jsonOf } from '../../base/json.ts';
import { internalForm } from '../scan/internal-form.ts';
import type { QueueEntry, QueueName } from '../event.ts';

/** Entries kept of one listing. */
const MAX_ENTRIES = 500_000;
/** Recipients kept of one listing, all entries together. */
const MAX_RECIPIENTS = 2_000_000;
/** A longer line is left out; a queue file with ten thousand deferred recipients takes about three megabytes. */
const MAX_LINE_BYTES = 8 * 1024 * 1024;
const NEWLINE = 0x0a;
/** What showq prints for the null sender (`empty_address_recipient`). */
const NULL_SENDER = 'MAILER-DAEMON';

const QUEUES: ReadonlySet<string> = new Set([
  'maildrop',
  'incoming',
  'active',
  'deferred',
  'hold',
  'corrupt',
] satisfies QueueName[]);

export interface ParsedListing {
  /** One per queue id. */
  readonly entries: readonly QueueEntry[];
  readonly lines: number;
  readonly bytes: number;
  /** It went on beyond a limit. */
  readonly isCut: boolean;
  /** The last line is not complete. */
  readonly isTorn: boolean;
  /** Whole lines that are no queue entry. */
  readonly notUnderstood: number;
  readonly tooLong: number;
  /** Entries of a queue this program does not know: whatever waits there waits, so they count as deferred. */
  readonly unknownQueue: number;
}

export interface ListingParser {
  /** Reads on; false when no more is wanted. */
  push(chunk: Buffer): boolean;
  end(): ParsedListing;
}

export interface ListingLimits {
  readonly maxEntries?: number;
  readonly maxRecipients?: number;
  readonly maxLineBytes?: number;
}

/** Reads what `postqueue -j` prints, in chunks of any size. */
export function createListingParser(limits: ListingLimits = {}): ListingParser {
  return new Parser(limits);
}

class Parser implements ListingParser {
  /**
   * A message that moves while the queue is listed is printed twice. The later line is the newer truth: it names every
   * recipient still in the queue file, those only the earlier one names are done.
   */
  readonly #entries = new Map<string, QueueEntry>();
  readonly #limits: Required<ListingLimits>;
  readonly #counts = { lines: 0, bytes: 0, notUnderstood: 0, tooLong: 0, unknownQueue: 0 };
  #recipients = 0;
  #isCut = false;
  #isTorn = false;
  /** The beginning of a line whose end has not come yet. */
  #rest: Buffer[] = [];
  #restBytes = 0;

  constructor(limits: ListingLimits) {
    this.#limits = {
      maxEntries: MAX_ENTRIES,
      maxRecipients: MAX_RECIPIENTS,
      maxLineBytes: MAX_LINE_BYTES,
      ...limits,
    };
  }

  push(chunk: Buffer): boolean {
    this.#counts.bytes += chunk.length;
    let from = 0;
    for (let to = chunk.indexOf(NEWLINE); to >= 0 && !this.#isCut; to = chunk.indexOf(NEWLINE, from)) {
      this.#keep(chunk.subarray(from, to));
      this.#line();
      from = to + 1;
    }
    if (!this.#isCut) this.#keep(Buffer.from(chunk.subarray(from)));
    return !this.#isCut;
  }

  end(): ParsedListing {
    // A wrapper may have taken away the last line feed: a line that reads is a line.
    if (this.#restBytes > 0 && !this.#isCut) {
      this.#isTorn = this.#restBytes > this.#limits.maxLineBytes || !isJson(this.#text());
      if (!this.#isTorn) this.#line();
    }
    const { entries, isCut, isTorn } = { entries: this.#entries, isCut: this.#isCut, isTorn: this.#isTorn };
    return { entries: [...entries.values()], isCut, isTorn, ...this.#counts };
  }

  #keep(part: Buffer): void {
    this.#restBytes += part.length;
    if (this.#restBytes > this.#limits.maxLineBytes) this.#rest = [];
    else if (part.length > 0) this.#rest.push(part);
  }

  #text(): string {
    const [only] = this.#rest;
    return (this.#rest.length === 1 && only ? only : Buffer.concat(this.#rest)).toString('utf8');
  }

  #line(): void {
    const isTooLong = this.#restBytes > this.#limits.maxLineBytes;
    const text = isTooLong ? '' : this.#text().trim();
    this.#rest = [];
    this.#restBytes = 0;
    if (!isTooLong && text === '') return;
    this.#counts.lines += 1;
    if (isTooLong) this.#counts.tooLong += 1;
    else this.#add(parseEntry(text));
  }

  #add(entry: QueueEntry | undefined): void {
    if (!entry) {
      this.#counts.notUnderstood += 1;
      return;
    }
    const before = this.#entries.get(entry.queueId);
    this.#recipients += entry.recipients.length - (before?.recipients.length ?? 0);
    const isOver = !before && this.#entries.size >= this.#limits.maxEntries;
    if (isOver || this.#recipients > this.#limits.maxRecipients) {
      this.#isCut = true;
      return;
    }
    const isKnown = QUEUES.has(entry.queueName);
    if (!isKnown) this.#counts.unknownQueue += 1;
    this.#entries.set(entry.queueId, isKnown ? entry : { ...entry, queueName: 'deferred' });
  }
}

function isJson(text: string): boolean {
  return jsonOf(text) !== undefined;
}

/** One line of `postqueue -j` (postqueue(1), JSON OBJECT FORMAT); undefined when it is none. Members it does not know are ignored. */
export function parseEntry(text: string): QueueEntry | undefined {
  const line = jsonOf(text);
  if (!isRecord(line)) return undefined;
  const {
    queue_name: queueName,
    queue_id: queueId,
    arrival_time: arrival,
    message_size: size,
    sender,
  } = line;
  if (typeof queueName !== 'string' || typeof queueId !== 'string' || queueId === '') return undefined;
  if (typeof arrival !== 'number' || typeof size !== 'number' || typeof sender !== 'string') return undefined;
  const recipients = toRecipients(line['recipients']);
  if (!recipients || !Number.isFinite(arrival) || !Number.isFinite(size)) return undefined;
  return {
    queueName: queueName as QueueName,
    queueId,
    arrivedAtMs: arrival * 1_000,
    sizeBytes: size,
    sender: sender === NULL_SENDER ? '' : sender,
    recipients,
  };
}

/** A recipient with a `bounce_reason` (Postfix ≥ 3.11) has left the queue, only its notice is not written yet. */
function toRecipients(list: unknown): QueueEntry['recipients'] | undefined {
  if (!Array.isArray(list)) return undefined;
  const recipients: { address: string; delayReason?: string }[] = [];
  for (const item of list as unknown[]) {
    if (!isRecord(item) || typeof item['address'] !== 'string') return undefined;
    if (item['bounce_reason'] !== undefined) continue;
    const { address, delay_reason: delayReason } = item;
    recipients.push(
      typeof delayReason === 'string'
        ? { address: internalForm(address as string), delayReason }
        : { address: internalForm(address as string) },
    );
  }
  return recipients;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
