/** What outlives the process, as text. */
import { z } from 'zod';
import { jsonOf } from '../../../base/json.ts';
import { FATES } from '../../../aggregate/conservation.ts';
import type { KeptHours } from './hours.ts';

const N = z.number();
const Hour = z.object({
  ...{ fromMs: N, opening: N, accepted: N, held: N, queued: N, unaccounted: N, settling: N, unseen: N },
  ...(Object.fromEntries(FATES.map((fate) => [fate, N])) as Record<(typeof FATES)[number], typeof N>),
  coverage: N.nullable(),
});
const Kept = z.object({
  version: z.literal(1),
  scopes: z.array(z.tuple([z.string(), z.object({ atMs: N, hour: Hour, earlier: z.array(Hour) })])),
});

export function keptText(hours: ReadonlyMap<string, KeptHours>): string {
  return JSON.stringify({ version: 1, scopes: [...hours] });
}

/** Of another version, or damaged: counting begins anew. */
export function parseKept(text: string | undefined): ReadonlyMap<string, KeptHours> {
  return new Map(Kept.safeParse(jsonOf(text ?? '')).data?.scopes);
}
