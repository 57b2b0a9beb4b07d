import type { LinkPhase } from './link.ts';
import type { Reach } from './reach.ts';

/** What the whole screen has to say about itself. */
export interface Outage {
  readonly title: string;
  readonly detail: string;
  readonly sinceMs: number | null;
}

/** How frames come while the server is heard: not at all, or so late that the newest is old. */
export type Flow = 'coming' | 'stalled' | 'late';

export interface OutageFacts {
  readonly phase: LinkPhase;
  /** What the browser says of its own network. */
  readonly isOnline: boolean;
  /** What came of asking the server while nothing was heard of it. */
  readonly reach: Reach;
  readonly flow: Flow;
  /** No source of the platform is up to date any more. */
  readonly isBlind: boolean;
  /** Viewer's time of the last word from the server. */
  readonly heardAtDateMs: number | null;
}

/** Silence has many causes; what is said is what this screen can know of it. */
const UNHEARD: Readonly<Record<Reach | 'offline', Omit<Outage, 'sinceMs'>>> = {
  offline: {
    title: 'THIS SCREEN IS OFFLINE',
    detail: 'It has no network; the platform may be well. It is tried again by itself.',
  },
  unknown: {
    title: 'SERVER DOWN',
    detail: 'It has stopped, or this screen cannot reach it. It is tried again by itself.',
  },
  refused: {
    title: 'SERVER DOWN',
    detail: 'Connections are refused: Mailvigil is not running there. It is tried again by itself.',
  },
  silent: {
    title: 'SERVER DOES NOT ANSWER',
    detail: 'It hangs, or the network on the way is cut or far too slow. It is tried again by itself.',
  },
  answers: {
    title: 'LIVE CONNECTION LOST',
    detail: 'The server answers, but the live connection does not come about. It is tried again by itself.',
  },
};

const STALLS: Readonly<Record<Exclude<Flow, 'coming'>, Omit<Outage, 'sinceMs'>>> = {
  stalled: {
    title: 'NO NEW NUMBERS',
    detail: 'The server answers but sends no frames. They are asked for again by itself.',
  },
  late: {
    title: 'NUMBERS COME LATE',
    detail: 'They are held up on the way: the network is overloaded or far too slow.',
  },
};

const BLIND: Outage = {
  title: 'ALL SOURCES ARE SILENT',
  detail: 'Server and screen are well, but nothing reports from the mail hosts any more. See Sources.',
  sinceMs: null,
};

/** Tells the ways apart in which a screen can be old; null when it is not. */
export function outageOf({
  phase,
  isOnline,
  reach,
  flow,
  isBlind,
  heardAtDateMs,
}: OutageFacts): Outage | null {
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
      return { ...UNHEARD[isOnline ? reach : 'offline'], sinceMs: heardAtDateMs };
    case 'live':
      if (flow !== 'coming') return { ...STALLS[flow], sinceMs: null };
      return isBlind ? BLIND : null;
  }
}
