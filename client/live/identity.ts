import type { ScreenIdentity } from '../../shared/screens.ts';

/** Why this screen may show nothing any more; what is not known is null. */
export interface BlankNotice {
  readonly name: string | null;
  readonly by: string | null;
  readonly atMs: number | null;
  readonly reason: string;
}

/** What may be shown by whom the server says this screen is: null is nothing to say against it. */
export function noticeOf({ kind, display }: ScreenIdentity): BlankNotice | null {
  if (kind !== 'revoked') return null;
  const revoked = display?.revoked ?? null;
  return {
    name: display?.name ?? null,
    by: revoked?.by ?? null,
    atMs: revoked?.atMs ?? null,
    reason: revoked?.reason ?? 'The server does not know it any more.',
  };
}

export interface IdentityDeps {
  readonly ask: () => Promise<{ readonly ok: true; readonly data: ScreenIdentity } | { readonly ok: false }>;
  readonly localMs: () => number;
  readonly onIdentity: (identity: ScreenIdentity) => void;
  /** At once, and again when more is known. */
  readonly onBlank: (notice: BlankNotice) => void;
}

/** Keeps knowing who this screen is. */
export interface Identity {
  start(): void;
  stop(): void;
  /** Asks anew: it has connected again, or the server did not let it in. */
  check(): void;
  /** The server says so by itself. */
  heard(identity: ScreenIdentity): void;
  /** The server wants nothing shown any more. */
  blank(reason: string): void;
}

/** A server that does not let anybody in is not asked more often than this. */
const LEAST_EVERY_MS = 5_000;

/** Asks the server who this screen is until it has answered, one question at a time. */
export function createIdentity({ ask, localMs, onIdentity, onBlank }: IdentityDeps): Identity {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let askedAtMs = -Infinity;
  let isAsking = false;
  let isWanted = false;
  let isStopped = false;

  function heard(identity: ScreenIdentity): void {
    const notice = noticeOf(identity);
    if (notice) onBlank(notice);
    else onIdentity(identity);
  }
  async function run(): Promise<void> {
    isAsking = true;
    isWanted = false;
    askedAtMs = localMs();
    const result = await ask();
    isAsking = false;
    if (isStopped) return;
    if (result.ok) heard(result.data);
    // Something has happened while it was asked: the answer may be of before.
    if (!result.ok || isWanted) check();
  }
  function check(): void {
    isWanted = true;
    if (isAsking || isStopped) return;
    clearTimeout(timer);
    timer = setTimeout(() => void run(), Math.max(0, askedAtMs + LEAST_EVERY_MS - localMs()));
  }
  return {
    start: () => void run(),
    stop: () => {
      isStopped = true;
      clearTimeout(timer);
    },
    check,
    heard,
    blank: (reason) => {
      onBlank({ name: null, by: null, atMs: null, reason });
      // Who did it, and when, is not in the request.
      check();
    },
  };
}
