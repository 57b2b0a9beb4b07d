import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ListingFailure } from './failure.ts';
import { createListingParser, type ListingLimits, type ParsedListing } from './parse.ts';
import type { CommandExit, RunCommand, RunningCommand } from './run-command.ts';

/** Read in one turn of the event loop, a few milliseconds of work. */
const SLICE_BYTES = 128 * 1024;

export interface ListOptions {
  readonly argv: readonly string[];
  readonly run: RunCommand;
  readonly timeoutMs: number;
  readonly limits?: ListingLimits;
}

export type ListOutcome =
  | { readonly ok: true; readonly listing: ParsedListing; readonly stderr: string }
  | { readonly ok: false; readonly listing: ParsedListing; readonly failure: ListingFailure };

/** Runs the command once and reads what it prints; ends early when `signal` is aborted. */
export async function listQueue(options: ListOptions, signal: AbortSignal): Promise<ListOutcome> {
  const { argv, run, timeoutMs, limits } = options;
  const ended = new AbortController();
  let isTimedOut = false;
  const timer = setTimeout(() => {
    isTimedOut = true;
    ended.abort();
  }, timeoutMs);
  try {
    const running = run(argv, AbortSignal.any([signal, ended.signal]));
    const { listing, readError } = await read(running, limits);
    // What goes on beyond the limits is not waited for.
    if (listing.isCut) ended.abort();
    const exit = await running.exit;
    const failure = isTimedOut ? { kind: 'timed-out' as const, timeoutMs } : judge(listing, exit, readError);
    return failure ? { ok: false, listing, failure } : { ok: true, listing, stderr: exit.stderr };
  } finally {
    clearTimeout(timer);
    ended.abort();
  }
}

/** What is wrong with a listing that ended by itself; nothing when it can be believed. */
function judge(listing: ParsedListing, exit: CommandExit, readError: boolean): ListingFailure | undefined {
  if (listing.isCut) return undefined;
  if (exit.code !== 0) return { kind: 'exit', exit };
  if (readError || listing.isTorn) return { kind: 'torn' };
  return listing.lines > 0 && listing.entries.length === 0 ? { kind: 'not-json' } : undefined;
}

async function read(
  { stdout }: RunningCommand,
  limits: ListingLimits | undefined,
): Promise<{ listing: ParsedListing; readError: boolean }> {
  const parser = createListingParser(limits);
  try {
    for await (const chunk of stdout) if (!(await readChunk(chunk))) break;
    return { listing: parser.end(), readError: false };
  } catch {
    // The pipe broke: how the command ended says why, and without a reason there the listing is torn.
    return { listing: parser.end(), readError: true };
  }

  async function readChunk(chunk: Buffer): Promise<boolean> {
    for (let from = 0; from < chunk.length; from += SLICE_BYTES) {
      if (!parser.push(chunk.subarray(from, from + SLICE_BYTES))) return false;
      if (from + SLICE_BYTES < chunk.length) await nextTurn();
    }
    return true;
  }
}
