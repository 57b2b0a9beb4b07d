import { APIError } from 'better-auth/api';
import { z } from 'zod';
import type { PairingStarted, PairingView } from '../../../shared/screens.ts';
import { AppError } from '../errors.ts';
import { type Auth, type AuthAdapter, CLIENT_ID } from './auth.ts';
import { readUserCode, showUserCode } from './user-code.ts';

/** Screens that may wait at a time. */
export const MAX_PENDING = 50;
/** What the screen is told to wait between two questions is longer than what is demanded: clocks and networks jitter. */
const INTERVAL_MARGIN_SECONDS = 1;
const GRANT_TYPE = 'urn:ietf:params:oauth:grant-type:device_code';
const DEVICE_CODE = 'deviceCode';

const Pending = z.object({
  userCode: z.string(),
  status: z.string(),
  userId: z.string().nullish(),
  expiresAt: z.date(),
  address: z.string().nullish(),
});
type Pending = z.infer<typeof Pending>;
const OAuthFault = z.object({ error: z.string() });

/** What came of asking for the token (RFC 8628 3.5). */
export type Redeemed =
  | { readonly state: 'pending' | 'slow-down' | 'expired' | 'denied' }
  | { readonly state: 'approved'; readonly token: string; readonly expiresInSeconds: number };

export interface DeviceFlow {
  start(address: string, nowMs: number): Promise<PairingStarted>;
  redeem(deviceCode: string): Promise<Redeemed>;
  pending(nowMs: number): Promise<readonly PairingView[]>;
  /** The code that somebody typed, when a screen waits with it; refused with the reason else. */
  waiting(typed: string, nowMs: number): Promise<string>;
  /** Who answers first; false: somebody else has. */
  approve(userCode: string, userId: string): Promise<boolean>;
  deny(userCode: string): Promise<boolean>;
  forget(where: { readonly userId: string } | { readonly expiredBeforeMs: number }): Promise<void>;
}

/** The device flow of RFC 8628: codes, polling, expiry and redemption are the library's; who approves, ours. */
export function createDeviceFlow(
  { api, adapter }: Pick<Auth, 'api' | 'adapter'>,
  lifetimeMs: number,
): DeviceFlow {
  return {
    async start(address, nowMs) {
      if ((await pendingRows(adapter, nowMs)).length >= MAX_PENDING) throw tooMany();
      const body = { client_id: CLIENT_ID };
      const { device_code, user_code, expires_in, interval } = await api.deviceCode({ body });
      const where = [{ field: 'userCode', value: user_code }];
      await adapter.update({ model: DEVICE_CODE, where, update: { address } });
      return {
        deviceCode: device_code,
        userCode: showUserCode(user_code),
        expiresInSeconds: expires_in,
        intervalSeconds: interval + INTERVAL_MARGIN_SECONDS,
      };
    },
    async redeem(deviceCode) {
      const body = { grant_type: GRANT_TYPE, device_code: deviceCode, client_id: CLIENT_ID } as const;
      try {
        const { access_token, expires_in } = await api.deviceToken({ body });
        return { state: 'approved', token: access_token, expiresInSeconds: expires_in };
      } catch (error) {
        return { state: stateOf(error) };
      }
    },
    async pending(nowMs) {
      const rows = await pendingRows(adapter, nowMs);
      return rows.map((row) => viewOf(row, lifetimeMs)).toSorted((a, b) => a.askedAtMs - b.askedAtMs);
    },
    async waiting(typed, nowMs) {
      const userCode = readUserCode(typed);
      if (userCode === undefined) throw notACode();
      const row = await find(adapter, userCode);
      if (!row || row.expiresAt.getTime() <= nowMs) throw nobodyWaits(userCode);
      if (row.status !== 'pending' || row.userId) throw answered(userCode);
      return userCode;
    },
    approve: (userCode, userId) => answer(adapter, userCode, { status: 'approved', userId }),
    deny: (userCode) => answer(adapter, userCode, { status: 'denied' }),
    async forget(which) {
      const where =
        'userId' in which
          ? [{ field: 'userId', value: which.userId }]
          : [{ field: 'expiresAt', operator: 'lt' as const, value: new Date(which.expiredBeforeMs) }];
      await adapter.deleteMany({ model: DEVICE_CODE, where });
    },
  };
}

async function pendingRows(adapter: AuthAdapter, nowMs: number): Promise<Pending[]> {
  const where = [{ field: 'status', value: 'pending' }];
  const rows = await adapter.findMany({ model: DEVICE_CODE, where, limit: 4 * MAX_PENDING });
  return z
    .array(Pending)
    .parse(rows)
    .filter(({ expiresAt }) => expiresAt.getTime() > nowMs);
}

async function find(adapter: AuthAdapter, userCode: string): Promise<Pending | undefined> {
  const where = [{ field: 'userCode', value: userCode }];
  return Pending.nullable().parse(await adapter.findOne({ model: DEVICE_CODE, where })) ?? undefined;
}

/** One statement with its condition: of two who answer at once, one is told that the other was first. */
async function answer(
  adapter: AuthAdapter,
  userCode: string,
  set: Readonly<Record<string, string>>,
): Promise<boolean> {
  const where = [
    { field: 'userCode', value: userCode },
    { field: 'status', value: 'pending' },
    { field: 'userId', operator: 'eq' as const, value: null },
  ];
  return (await adapter.incrementOne({ model: DEVICE_CODE, where, increment: {}, set })) !== null;
}

const STATES = new Map<string, Exclude<Redeemed['state'], 'approved'>>([
  ['authorization_pending', 'pending'],
  ['slow_down', 'slow-down'],
  ['access_denied', 'denied'],
  ['expired_token', 'expired'],
  // Unknown, or used already: whoever holds it needs a new one, and learns no more.
  ['invalid_grant', 'expired'],
]);

function stateOf(error: unknown): Exclude<Redeemed['state'], 'approved'> {
  const fault = OAuthFault.safeParse(error instanceof APIError ? error.body : undefined);
  const state = fault.success ? STATES.get(fault.data.error) : undefined;
  if (state) return state;
  throw error;
}

function viewOf({ userCode, expiresAt, address }: Pending, lifetimeMs: number): PairingView {
  const expiresAtMs = expiresAt.getTime();
  const askedAtMs = expiresAtMs - lifetimeMs;
  return { userCode: showUserCode(userCode), askedAtMs, expiresAtMs, address: address ?? '' };
}

function tooMany(): AppError {
  const message = `${MAX_PENDING} screens wait to be paired already; approve or deny some first`;
  return new AppError('unavailable', message);
}
function notACode(): AppError {
  return new AppError('bad-request', 'a code is four letters and four digits, such as BCDF-2345');
}
function nobodyWaits(userCode: string): AppError {
  const message = `no screen waits with ${showUserCode(userCode)}; read it again from the screen: it shows a new one when one has expired`;
  return new AppError('not-found', message);
}
/** Also when two answered at once. */
export function answered(userCode: string): AppError {
  return new AppError('bad-request', `${showUserCode(userCode)} has been answered already`);
}
