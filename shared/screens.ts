/** Screens as both sides know them: who they are, what they can do, and what the server asks of them. Times epoch ms of real time. */
import { z } from 'zod';

/**
 * Whether a screen can sound. `blocked`: the browser holds audio back. `silenced`: by hand, and it ends by itself.
 * `off`: it is not meant to. `none`: this page has no sound (a chart, the desk of somebody who did not ask for it).
 */
export const SOUND_STATES = ['on', 'silenced', 'blocked', 'off', 'none'] as const;
export type SoundState = (typeof SOUND_STATES)[number];

/** What a screen tells of itself: when it has connected, and whenever it changes. Painted frames are told apart. */
export const ScreenTell = z.strictObject({
  /** Build of the page; see `Joined.build`. */
  build: z.string().max(80),
  /** Path without query: `/`, `/desk`. */
  page: z.string().max(200),
  sound: z.enum(SOUND_STATES),
  /** Epoch ms at which `silenced` ends; null otherwise. */
  silencedUntilMs: z.number().nullable(),
  isVisible: z.boolean(),
  /** CSS pixels. */
  widthPx: z.number().int().min(0).max(100_000),
  heightPx: z.number().int().min(0).max(100_000),
});
export type ScreenTell = z.infer<typeof ScreenTell>;

/** The tenants a display may show. Both null: all of them. */
export interface DisplayScope {
  readonly cluster: string | null;
  readonly tenants: readonly string[] | null;
}

/** What the installer sets for a display; it overrides what the screen itself was set to. Null: not said. */
export interface DisplaySettings {
  readonly diagonalInches: number | null;
  readonly distanceM: number | null;
  readonly theme: 'auto' | 'night' | 'day' | null;
}

/** A paired screen: a read-only identity that can be revoked at once. */
export interface Display {
  readonly id: string;
  readonly name: string;
  readonly place: string;
  readonly scope: DisplayScope;
  readonly settings: DisplaySettings;
  readonly pairedAtMs: number;
  readonly pairedBy: string;
  /** Null: never since it was paired. */
  readonly lastSeenAtMs: number | null;
  readonly lastAddress: string | null;
  readonly revoked: { readonly atMs: number; readonly by: string; readonly reason: string } | null;
}

/** A fresh screen that shows a code and waits for somebody to approve it. */
export interface PairingView {
  /** As people read and type it: `BCDF-2345`. */
  readonly userCode: string;
  readonly askedAtMs: number;
  readonly expiresAtMs: number;
  readonly address: string;
}

/** A connected screen as the server knows it, one for each room that it is in (empty: none). */
export interface ScreenReport {
  readonly id: string;
  readonly room: string;
  readonly connectedAtMs: number;
  readonly paintedSeq: number | null;
  readonly paintedAtMs: number | null;
  /** Null: not paired. */
  readonly displayId: string | null;
  readonly name: string | null;
  readonly place: string | null;
  /** Null: it has not told yet. */
  readonly told: ScreenTell | null;
}

/** How a display is doing. `dark`: nothing painted for 15 s, connected or not. */
/** `waiting`: approved, and the screen has not come for it yet. */
export type DisplayState = 'waiting' | 'painting' | 'dark' | 'revoked';
export interface DisplayView extends Display {
  readonly state: DisplayState;
  /** Why, in words: `connected, nothing painted for 21 s`, `not connected for 3 min`. */
  readonly reason: string;
  readonly paintedAtMs: number | null;
  readonly isConnected: boolean;
  readonly told: ScreenTell | null;
}

/** `GET /api/v1/screens`. */
export interface ScreensAnswer {
  /** Server's clock (real time) at this answer: ages are counted from it, not from the viewer's. */
  readonly atMs: number;
  readonly displays: readonly DisplayView[];
  readonly pairings: readonly PairingView[];
  /** Connected screens that are not paired. */
  readonly others: readonly ScreenReport[];
  /** Build of the page that this server serves. */
  readonly build: string;
  /** Where it listens, and why only there. */
  readonly listening: string;
  /** When the screens are next reloaded, if it is calm then; null: never. */
  readonly nextReloadAtMs: number | null;
}

/** `POST /api/v1/screens/pairings`: asked for by the fresh screen (RFC 8628 3.2). */
export interface PairingStarted {
  /** Secret of the screen; it is kept in memory only. */
  readonly deviceCode: string;
  readonly userCode: string;
  readonly expiresInSeconds: number;
  readonly intervalSeconds: number;
}
/** `POST /api/v1/screens/pairings/claim` (RFC 8628 3.5). With `approved` comes a cookie that scripts cannot read. */
export type PairingClaim =
  | { readonly state: 'pending' }
  | { readonly state: 'slow-down' }
  | { readonly state: 'expired' }
  | { readonly state: 'denied' }
  | { readonly state: 'approved'; readonly display: Display };

/** Who a screen is, as the server says: in the answer of `GET /api/v1/screens/me`, and told anew when it changes. */
export interface ScreenIdentity {
  /** `local`: not paired; `display`: paired; `revoked`: it was, and may show nothing. */
  readonly kind: 'local' | 'display' | 'revoked';
  readonly display: Display | null;
}

/** What the server asks of one screen. `blank`: show nothing any more, at once. */
export type ScreenRequest =
  | { readonly what: 'reload'; readonly reason: string }
  | { readonly what: 'blank'; readonly reason: string }
  | { readonly what: 'test-sound'; readonly reason: string }
  | { readonly what: 'identity'; readonly identity: ScreenIdentity };

/** A paired screen that has painted nothing for so long is an alarm. */
export const SCREEN_DARK_AFTER_MS = 15_000;
