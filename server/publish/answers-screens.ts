/** The forms of what HTTP answers about screens; the types of `shared/screens.ts` check them. */
import { z } from 'zod';
import {
  type Display,
  type DisplayView,
  type PairingClaim,
  type PairingStarted,
  type PairingView,
  type ScreenIdentity,
  type ScreensAnswer,
  ScreenTell,
} from '../../shared/screens.ts';
import { atMs, reading } from './answer-parts.ts';
import { Screen } from './answers.ts';

const text = z.string();

const Scope = z.object({ cluster: text.nullable(), tenants: z.array(text).nullable() });
const Settings = z.object({
  diagonalInches: reading,
  distanceM: reading,
  theme: z.enum(['auto', 'night', 'day']).nullable(),
});
const Revoked = z.object({ atMs, by: text, reason: text });

export const DisplayAnswer = z.object({
  id: text,
  name: text,
  place: text,
  scope: Scope.describe('tenants that it shows; both null: all of them'),
  settings: Settings,
  pairedAtMs: atMs,
  pairedBy: text,
  lastSeenAtMs: reading,
  lastAddress: text.nullable(),
  revoked: Revoked.nullable(),
}) satisfies z.ZodType<Display>;

const View = DisplayAnswer.extend({
  state: z.enum(['waiting', 'painting', 'dark', 'revoked']),
  reason: text,
  paintedAtMs: reading,
  isConnected: z.boolean(),
  told: ScreenTell.nullable(),
}) satisfies z.ZodType<DisplayView>;

const Pairing = z.object({
  userCode: text.describe('as it stands on the screen'),
  askedAtMs: atMs,
  expiresAtMs: atMs,
  address: text,
}) satisfies z.ZodType<PairingView>;

export const ScreensForm = z.object({
  atMs: atMs.describe('clock of the server: ages are counted from it'),
  displays: z.array(View),
  pairings: z.array(Pairing).describe('screens that wait to be approved'),
  others: z.array(Screen).describe('connected, and not paired'),
  build: text.describe('of the page that is served; empty: not known'),
  listening: text,
  nextReloadAtMs: reading,
}) satisfies z.ZodType<ScreensAnswer>;

export const StartedAnswer = z.object({
  deviceCode: text.describe('secret of the screen'),
  userCode: text,
  expiresInSeconds: z.number(),
  intervalSeconds: z.number(),
}) satisfies z.ZodType<PairingStarted>;

export const ClaimAnswer = z.discriminatedUnion('state', [
  z.object({ state: z.literal('pending') }),
  z.object({ state: z.literal('slow-down') }),
  z.object({ state: z.literal('expired') }),
  z.object({ state: z.literal('denied') }),
  z.object({ state: z.literal('approved'), display: DisplayAnswer }),
]) satisfies z.ZodType<PairingClaim>;

export const IdentityAnswer = z.object({
  kind: z.enum(['local', 'display', 'revoked']),
  display: DisplayAnswer.nullable(),
}) satisfies z.ZodType<ScreenIdentity>;

export const AskedAnswer = z.object({ asked: z.number().describe('connected screens that were asked') });
