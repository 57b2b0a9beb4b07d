import type { Joined, JoinAnswer, Result } from '../../shared/protocol.ts';
import { fromWire, PACKING, type WireSnapshot } from '../../shared/wall-wire.ts';

/** A join with its snapshot as everybody knows it; one that was not packed is it already. */
export async function unpack({
  packed,
  ...head
}: JoinAnswer & { readonly packed: Uint8Array<ArrayBuffer> }): Promise<Joined> {
  const text = new Blob([packed]).stream().pipeThrough(new DecompressionStream(PACKING));
  const wire = (await new Response(text).json()) as WireSnapshot;
  return { ...head, snapshot: fromWire(wire) };
}

/** Null: nothing to be unpacked. */
export function unpacking(result: Result<JoinAnswer>): Promise<Result<Joined>> | null {
  if (!result.ok || !('packed' in result.data)) return null;
  return unpack(result.data).then(
    (data): Result<Joined> => ({ ok: true, data }),
    (fault: unknown): Result<Joined> => ({
      ok: false,
      error: { code: 'internal', message: `The snapshot cannot be read: ${String(fault)}` },
    }),
  );
}
