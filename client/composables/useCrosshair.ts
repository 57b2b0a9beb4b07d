import { computed, ref, type ComputedRef, type Ref } from 'vue';
import type { ChartData } from '../components/tenant/charts.ts';
import { firstTrack, latestMs, readoutAt, snapped, stepped, type Readout } from '../stores/readout.ts';

/** One crosshair over all charts, and what stands there. */
export interface Crosshair {
  /** Null: it is nowhere, and the newest whole step is told. */
  readonly atMs: ComputedRef<number | null>;
  readonly readout: ComputedRef<Readout | null>;
  readonly isPinned: Readonly<Ref<boolean>>;
  to(atMs: number): void;
  step(steps: number): void;
  clear(): void;
}

/** The crosshair stands in the middle of a step, where the points are. */
export function useCrosshair(data: () => ChartData): Crosshair {
  const wantedMs = ref<number | null>(null);
  const main = computed(() => data().coverage ?? firstTrack(data().grids));
  const newestMs = computed(() => (main.value ? latestMs(main.value, data().completeMs) : null));
  const atMs = computed(() =>
    wantedMs.value === null || !main.value ? null : snapped(main.value, wantedMs.value),
  );
  const readout = computed(() => {
    const at = atMs.value ?? newestMs.value;
    return at === null ? null : readoutAt(data(), at);
  });
  return {
    atMs,
    readout,
    isPinned: computed(() => atMs.value !== null),
    to: (ms) => {
      wantedMs.value = ms;
    },
    step: (steps) => {
      const from = atMs.value ?? newestMs.value;
      if (from !== null && main.value) wantedMs.value = stepped(main.value, from, steps);
    },
    clear: () => {
      wantedMs.value = null;
    },
  };
}
