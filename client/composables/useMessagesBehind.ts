import { useRouter } from 'vue-router';
import { messagesLink } from '../links.ts';
import { stepAt, trackOf, type Grid } from '../stores/grid.ts';
import { PANELS } from '../stores/panels.ts';
import type { Readout, ReadoutRow } from '../stores/readout.ts';

interface BehindOf {
  readonly tenant: () => string;
  readonly grids: () => readonly Grid[];
  readonly readout: () => Readout | null;
}

/** From a point of a chart, or a number of the readout, to the messages behind it. */
export function useMessagesBehind({ tenant, grids, readout }: BehindOf) {
  const router = useRouter();

  /** Over the step that the point stands for; null: no messages can be listed for such a line. */
  function behind(metric: string, atMs: number): string | null {
    const track = trackOf(grids(), metric);
    const step = track ? stepAt(track, atMs) : null;
    const line = PANELS.flatMap(({ lines }) => lines).find((one) => one.metric === metric);
    if (!step || !line?.status) return null;
    return messagesLink({ tenant: tenant(), fromMs: step.fromMs, toMs: step.toMs, status: line.status });
  }

  return {
    open: (metric: string, atMs: number) => {
      const href = behind(metric, atMs);
      if (href) void router.push(href);
    },
    linkOf: (row: ReadoutRow) => {
      const at = readout();
      return at && row.isKnown ? behind(row.metric, (at.fromMs + at.toMs) / 2) : null;
    },
  };
}
