import { constants, deflateRawSync } from 'node:zlib';
import type { Snapshot, WallSnapshot } from '../../shared/protocol.ts';
import { toWire } from '../../shared/wall-wire.ts';

/** How a snapshot leaves: as it is, or its JSON deflated. */
export type Outgoing = { readonly snapshot: Snapshot } | { readonly packed: Uint8Array<ArrayBuffer> };

/** Smaller ones (a wall of some twenty tenants) are not worth a step of their own on the screen. */
const PACK_FROM_BYTES = 8 * 1024;

/**
 * Snapshots as they leave, each made once a tick, however many screens join in it: after a restart they all do. `room` is
 * what tells snapshots apart; `made` is asked for when the room has none of this tick yet. Undefined: no such room.
 */
export type Packer = (room: string, seq: number, made: () => Snapshot | undefined) => Outgoing | undefined;

export function createPacker(): Packer {
  const packed = new Map<string, Outgoing>();
  let packedSeq = -1;

  return (room, seq, made) => {
    if (seq !== packedSeq) packed.clear();
    packedSeq = seq;
    const known = packed.get(room);
    if (known) return known;
    const snapshot = made();
    const outgoing = snapshot && pack(snapshot);
    // Small ones are as quickly made as kept.
    if (outgoing && 'packed' in outgoing) packed.set(room, outgoing);
    return outgoing;
  };
}

function pack(snapshot: Snapshot): Outgoing {
  const text = JSON.stringify(isWall(snapshot) ? toWire(snapshot) : snapshot);
  if (text.length < PACK_FROM_BYTES) return { snapshot };
  return { packed: deflateRawSync(text, { level: constants.Z_DEFAULT_COMPRESSION, memLevel: 9 }) };
}

function isWall(snapshot: Snapshot): snapshot is WallSnapshot {
  return 'rows' in snapshot && 'sparks' in snapshot;
}
