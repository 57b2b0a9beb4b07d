import type { Result } from '../../shared/protocol.ts';
import { AppError, toFailure } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { Telemetry } from '../base/telemetry.ts';
import { type ClientEvent, type Handlers, dispatch } from './live-handlers.ts';
import { createRateLimit } from './rate-limit.ts';
import type { Screen } from './screens.ts';

/** A screen says about one thing a second and room; more than this is a fault or an attack. */
const MAX_REQUESTS_PER_SECOND = 50;

export interface RequestDeps {
  readonly handlers: Handlers;
  readonly telemetry: Telemetry;
  readonly log: Log;
  readonly monotonicMs: () => number;
}

type Ack = (result: Result<unknown>) => void;
type OnRequest = (event: string, ...args: unknown[]) => void;

/** What one screen's packets go through: rate limit, table, acknowledgement. Never throws, whatever is sent. */
export function createRequests(screen: Screen, deps: RequestDeps): OnRequest {
  const { handlers, telemetry, log, monotonicMs } = deps;
  const admit = createRateLimit(MAX_REQUESTS_PER_SECOND, 1_000);

  return (event, ...args) => {
    const ack = ackOf(args);
    if (!admit(monotonicMs())) return refuse('too-many-requests', ack);
    if (!isClientEvent(event)) return refuse('unknown-event', ack);
    const [payload] = args;
    try {
      const answer = dispatch(handlers, event, { payload, screen });
      // In this very turn where it can be: a snapshot must leave before the frame that follows it.
      if (answer instanceof Promise) answer.then(succeed, fail);
      else succeed(answer);
    } catch (error) {
      fail(error);
    }

    function succeed(data: unknown): void {
      log.debug('request_handled', { event });
      ack({ ok: true, data });
    }
    function fail(error: unknown): void {
      const id = error instanceof AppError ? '' : telemetry.handlerFailed(event, error);
      const failure = toFailure(error, id);
      if (event === 'room:join') telemetry.joinRefused(roomOf(payload), failure.code);
      log.debug('request_refused', { event, code: failure.code });
      ack({ ok: false, error: failure });
    }
  };

  function refuse(reason: 'too-many-requests' | 'unknown-event', ack: Ack): void {
    telemetry.dropped(reason, 'publish');
    ack({ ok: false, error: REFUSALS[reason] });
  }

  function isClientEvent(event: string): event is ClientEvent {
    return Object.hasOwn(handlers, event);
  }
}

const REFUSALS = {
  'too-many-requests': {
    code: 'unavailable',
    message: `more than ${MAX_REQUESTS_PER_SECOND} requests a second`,
  },
  'unknown-event': { code: 'bad-request', message: 'there is no such event' },
} as const;

/** The acknowledgement is optional on the wire: then nobody is told. */
function ackOf(args: readonly unknown[]): Ack {
  const last = args.at(-1);
  return typeof last === 'function' ? (result) => void last(result) : () => undefined;
}

/** The room as a bounded label: what is not a room is not repeated. */
function roomOf(payload: unknown): string {
  const room =
    typeof payload === 'object' && payload !== null && 'room' in payload ? payload.room : undefined;
  return typeof room === 'string' && /^(wall|sources|alarms|tenant)\b/.test(room)
    ? room.slice(0, 80)
    : 'other';
}
