import type { LinkPhase } from './link.ts';

/** What the whole screen has to say about itself. */
export interface Outage {
  readonly title: string;
  readonly detail: string;
  readonly sinceMs: number | null;
}

export interface OutageFacts {
  readonly phase: LinkPhase;
  /** What the browser says of its own network. */
  readonly isOnline: boolean;
  /** The server speaks, but frames of the wall do not come. */
  readonly isStalled: boolean;
  /** Viewer's time of the last word from the server. */
  readonly heardAtDateMs: number | null;
}

/** Tells the ways apart in which a screen can be old; null when it is not. */
export function outageOf({ phase, isOnline, isStalled, heardAtDateMs }: OutageFacts): Outage | null {
  const sinceMs = heardAtDateMs;
  switch (phase) {
    case 'version-mismatch':
      return {
        title: 'OTHER VERSION',
        detail: 'The server was updated; this page reloads itself.',
        sinceMs: null,
      };
    case 'connecting':
      return null;
    case 'stale':
    case 'disconnected':
      if (!isOnline) {
        return {
          title: 'THIS SCREEN IS OFFLINE',
          detail: 'It has no network; the platform may be well. It is tried again by itself.',
          sinceMs,
        };
      }
      return {
        title: 'SERVER DOWN',
        detail: 'It has stopped, or this screen cannot reach it. It is tried again by itself.',
        sinceMs,
      };
    case 'live':
      if (!isStalled) return null;
      return {
        title: 'NO NEW NUMBERS',
        detail: 'The server answers but sends no frames. They are asked for again by itself.',
        sinceMs: null,
      };
  }
}
