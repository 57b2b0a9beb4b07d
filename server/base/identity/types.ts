import type {
  Display,
  DisplayScope,
  DisplaySettings,
  PairingClaim,
  PairingStarted,
  PairingView,
} from '../../../shared/screens.ts';
import type { Principal } from '../permissions.ts';

/** What somebody sets when a screen is approved, or changed later. */
export interface DisplayForm {
  readonly name: string;
  readonly place: string;
  readonly scope: DisplayScope;
  readonly settings: DisplaySettings;
}

/** What a cookie says of who sends it. `revoked`: it holds no more, or never did. `unknown`: that cannot be read now. */
export type Identified =
  | { readonly kind: 'none' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'display'; readonly display: Display }
  | { readonly kind: 'revoked'; readonly display: Display | null };

/** What came of polling; `cookie` is the value to be handed to the screen. */
export interface Claimed {
  readonly claim: PairingClaim;
  readonly cookie?: string;
}

/** Reading who the displays are; from memory, at any time. */
export interface DisplaysPort {
  /** All of them, revoked ones too; the newest first. */
  displays(): readonly Display[];
  /** Undefined: the principal is not a display. */
  displayOf(principal: Pick<Principal, 'displayId'>): Display | undefined;
}

/** What a change does to screens that are connected. In the turn in which it holds. */
export interface DisplayEvents {
  changed(display: Display): void;
  revoked(display: Display): void;
}

/** Pairing and the displays that came of it. Expected refusals are thrown as `AppError`. */
export interface Identity extends DisplaysPort {
  /** What a cookie's value says; undefined: there is none. From memory. */
  identify(cookie: string | undefined): Identified;
  /** It is there now, at this address or still at the same; written once a minute. */
  seen(displayId: string, address?: string): void;
  /** Pairings that wait for somebody. */
  pairings(): Promise<readonly PairingView[]>;
  startPairing(address: string): Promise<PairingStarted>;
  claim(deviceCode: string, address: string): Promise<Claimed>;
  approve(userCode: string, form: DisplayForm, by: string): Promise<Display>;
  deny(userCode: string, by: string): Promise<void>;
  change(id: string, form: DisplayForm, by: string): Promise<Display>;
  revoke(id: string, by: string, reason: string): Promise<Display>;
  /** Prolongs the session of a cookie that is in use; true: the browser should keep it as long. */
  renew(cookie: string): Promise<boolean>;
  /** One listener. */
  listen(events: DisplayEvents): void;
  close(): Promise<void>;
}
