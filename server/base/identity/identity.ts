import { join } from 'node:path';
import type { Display } from '../../../shared/screens.ts';
import { AppError, messageOf } from '../errors.ts';
import type { Log } from '../log.ts';
import { type Auth, openAuth } from './auth.ts';
import { answered, createDeviceFlow, type DeviceFlow } from './device-flow.ts';
import { createDisplaySessions, type DisplaySessions } from './display-sessions.ts';
import { createDisplayTable } from './display-table.ts';
import { Roster } from './roster.ts';
import { readSecret } from './secret.ts';
import { createStartLimit } from './starts.ts';
import type { Claimed, DisplayForm, Identified, Identity } from './types.ts';

export interface IdentityOptions {
  /** The data folder; holds `identity.db` and `identity.key`. */
  readonly dir: string;
  readonly log: Log;
  /** A code holds so long. */
  readonly expiresInSeconds?: number;
  /** A screen that asks more often is told to slow down. */
  readonly intervalSeconds?: number;
  readonly now?: () => number;
}

const EXPIRES_IN_SECONDS = 900;
const INTERVAL_SECONDS = 4;
const TIDY_MS = 60_000;
/** Who revokes what nobody has taken. */
const OURSELVES = 'Mailvigil';

/** Opens (at the first start: makes) the database of identities. */
export async function openIdentity(options: IdentityOptions): Promise<Identity> {
  const { dir, expiresInSeconds = EXPIRES_IN_SECONDS, intervalSeconds = INTERVAL_SECONDS } = options;
  const { now = Date.now } = options;
  const log = options.log.child('identity');
  const secret = readSecret(join(dir, 'identity.key'));
  const path = join(dir, 'identity.db');
  const auth = await openAuth({ path, secret, log, expiresInSeconds, intervalSeconds });
  const sessions = createDisplaySessions(auth, secret);
  const roster = new Roster({ table: createDisplayTable(auth), sessions, log, now });
  const lifetimeMs = expiresInSeconds * 1000;
  const parts: Parts = {
    auth,
    sessions,
    roster,
    log,
    now,
    lifetimeMs,
    flow: createDeviceFlow(auth, lifetimeMs),
  };
  try {
    await roster.load();
    await sessions.load();
    await tidy(parts);
  } catch (error) {
    auth.close();
    throw error;
  }
  return createIdentity(parts);
}

interface Parts {
  readonly auth: Auth;
  readonly sessions: DisplaySessions;
  readonly roster: Roster;
  readonly flow: DeviceFlow;
  readonly log: Log;
  readonly now: () => number;
  readonly lifetimeMs: number;
}

function createIdentity(parts: Parts): Identity {
  const { auth, roster, sessions, flow, now } = parts;
  const mayStart = createStartLimit();
  const timer = setInterval(() => void tidyOrTell(parts), TIDY_MS);
  timer.unref();

  return {
    displays: () => roster.list(),
    displayOf: ({ displayId }) => (displayId === undefined ? undefined : roster.get(displayId)),
    identify: (cookie) => identify(parts, cookie),
    seen: (displayId, address) => roster.seen(displayId, address),
    pairings: () => flow.pending(now()),
    async startPairing(address) {
      if (mayStart(address, now())) return flow.start(address, now());
      throw new AppError('unavailable', `too many codes for ${address}; try again in ten minutes`);
    },
    claim: (deviceCode, address) => claim(parts, deviceCode, address),
    approve: (typed, form, by) => approve(parts, typed, { form, by }),
    async deny(typed, by) {
      const userCode = await flow.waiting(typed, now());
      if (!(await flow.deny(userCode))) throw answered(userCode);
      parts.log.info('pairing_denied', { by });
    },
    change: (id, form, by) => roster.change(id, form, by),
    async revoke(id, by, reason) {
      const revoked = await roster.revoke(id, by, reason);
      // It may be approved and not have come for its identity yet.
      await flow.forget({ userId: id });
      return revoked;
    },
    renew: (cookie) => sessions.renew(cookie, now()),
    listen: (events) => void (roster.events = events),
    async close() {
      clearInterval(timer);
      await tidyOrTell(parts);
      auth.close();
    },
  };
}

function identify({ sessions, roster, now }: Parts, cookie: string | undefined): Identified {
  if (cookie === undefined) return { kind: 'none' };
  const found = sessions.find(cookie, now());
  const display = found && roster.get(found.displayId);
  if (found?.isValid && display && !display.revoked) return { kind: 'display', display };
  return { kind: 'revoked', display: display ?? null };
}

async function claim(parts: Parts, deviceCode: string, address: string): Promise<Claimed> {
  const { auth, flow, roster, sessions, log, now } = parts;
  const redeemed = await flow.redeem(deviceCode);
  if (redeemed.state !== 'approved') return { claim: { state: redeemed.state } };
  const { token, expiresInSeconds } = redeemed;
  const displayId = (await auth.sessions.findSession(token))?.user.id ?? '';
  if (!roster.isLive(displayId)) {
    // Revoked while it was being claimed.
    await sessions.end(displayId);
    return { claim: { state: 'denied' } };
  }
  const cookie = sessions.add({ displayId, token }, now() + expiresInSeconds * 1000);
  roster.seen(displayId, address);
  await roster.writeSeen();
  const display = roster.known(displayId);
  log.info('display_paired', { id: displayId, name: display.name, address });
  return { claim: { state: 'approved', display }, cookie };
}

async function approve(
  { flow, roster, log, now }: Parts,
  typed: string,
  { form, by }: { readonly form: DisplayForm; readonly by: string },
): Promise<Display> {
  const userCode = await flow.waiting(typed, now());
  const display = await roster.create(form, by);
  if (!(await flow.approve(userCode, display.id))) {
    await roster.remove(display.id);
    throw answered(userCode);
  }
  log.info('display_approved', { id: display.id, name: display.name, by });
  return display;
}

/** Writes who was seen, forgets codes long expired, and ends what nobody has taken. */
async function tidy({ flow, roster, now, lifetimeMs }: Parts): Promise<void> {
  await roster.writeSeen();
  const beforeMs = now() - lifetimeMs;
  await flow.forget({ expiredBeforeMs: beforeMs });
  for (const { id, lastSeenAtMs, revoked, pairedAtMs } of roster.list()) {
    const isUntaken = lastSeenAtMs === null && !revoked && pairedAtMs < beforeMs;
    if (isUntaken) await roster.revoke(id, OURSELVES, 'the screen never took its identity');
  }
  await roster.forgetStale();
}

async function tidyOrTell(parts: Parts): Promise<void> {
  try {
    await tidy(parts);
  } catch (error) {
    parts.log.error('identity_not_written', { reason: messageOf(error) });
  }
}
