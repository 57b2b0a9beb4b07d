import { createHash } from 'node:crypto';
import type { PlatformRow, Coverage, TenantEntry, WallRow } from '../../shared/protocol.ts';
import { SLOT_MS, type WallPicture } from './store.ts';

/** Pictures that may wait for the disk: an hour of them. */
const MAX_WAITING = 360;

export interface Pictured {
  readonly tenants: readonly TenantEntry[];
  readonly rows: readonly WallRow[];
  readonly platform: PlatformRow;
  readonly coverage: Coverage;
  /** Of the clock then, seconds of it per real second: ages are told in real ones. */
  readonly speed: number;
}

/** What the wall shows, once a slot of ten seconds, as it was known then. */
export class Pictures {
  dropped = 0;
  readonly #hash: string;
  #waiting: WallPicture[] = [];
  #slot = -1;

  constructor(tenants: readonly TenantEntry[]) {
    this.#hash = tenantsHash(tenants);
  }

  note(nowMs: number, pictured: Pictured): void {
    // Ticks come within some milliseconds of the second that people ask for.
    const atMs = Math.round(nowMs / 1_000) * 1_000;
    const slot = Math.floor(atMs / SLOT_MS);
    if (slot === this.#slot) return;
    this.#slot = slot;
    if (this.#waiting.length >= MAX_WAITING) {
      this.#waiting.shift();
      this.dropped += 1;
    }
    this.#waiting.push({
      atMs,
      tenantsHash: this.#hash,
      depths: pictured.rows.map(({ queueDepth }) => queueDepth),
      text: JSON.stringify(pictured),
    });
  }

  take(): readonly WallPicture[] {
    const pictures = this.#waiting;
    this.#waiting = [];
    return pictures;
  }
}

function tenantsHash(tenants: readonly TenantEntry[]): string {
  return createHash('sha256')
    .update(tenants.map(({ id }) => id).join('\n'))
    .digest('hex')
    .slice(0, 16);
}
