import { onScopeDispose, shallowRef, watch, type ShallowRef } from 'vue';

/** What a hand does on a plot; places are CSS pixels from its left and top. */
export interface PlotGestures {
  hover(x: number): void;
  /** A click or a touch, before anything else is made of it; true: it was taken. */
  tap?(x: number, y: number): boolean;
  select(fromX: number, toX: number): void;
  /** By so many pixels to the right. */
  pan(dx: number): void;
  zoom(x: number, factor: number): void;
  /** A click that was not the first half of a double one. */
  open(x: number, y: number): void;
  back(): void;
}

/** A drag that is under way. */
export interface PlotDrag {
  readonly kind: 'select' | 'pan';
  readonly fromX: number;
  readonly toX: number;
}

/** Less than this is a click with an unsteady hand. */
const LEAST_DRAG = 5;
/** A click waits this long for its second half, ms. */
const DOUBLE_MS = 250;
const WHEEL_FACTOR = 1.25;

function placeOf(event: MouseEvent, element: HTMLElement): { x: number; y: number } {
  const box = element.getBoundingClientRect();
  return { x: event.clientX - box.left, y: event.clientY - box.top };
}

type Listener = readonly [name: string, run: (event: never) => void, options?: AddEventListenerOptions];

/** Listens on whatever element is there. */
function useListeners(
  element: Readonly<ShallowRef<HTMLElement | null>>,
  listeners: readonly Listener[],
): void {
  function each(now: HTMLElement | null, how: 'addEventListener' | 'removeEventListener'): void {
    for (const [name, run, options] of listeners) now?.[how](name, run as EventListener, options);
  }
  watch(
    element,
    (now, before) => {
      each(before ?? null, 'removeEventListener');
      each(now, 'addEventListener');
    },
    { immediate: true, flush: 'post' },
  );
  onScopeDispose(() => each(element.value, 'removeEventListener'));
}

/** Drag to zoom, shift-drag to move, ctrl-wheel to zoom, click to open, double click to go back. */
export function usePlotPointer(
  element: Readonly<ShallowRef<HTMLElement | null>>,
  gestures: PlotGestures,
): { readonly drag: Readonly<ShallowRef<PlotDrag | null>> } {
  const drag = shallowRef<PlotDrag | null>(null);
  let clickTimer: ReturnType<typeof setTimeout> | undefined;
  let isClick = false;
  const xOf = (event: MouseEvent) => placeOf(event, event.currentTarget as HTMLElement).x;

  function onDown(event: PointerEvent): void {
    if (event.button !== 0) return;
    const x = xOf(event);
    isClick = true;
    drag.value = { kind: event.shiftKey ? 'pan' : 'select', fromX: x, toX: x };
    (event.currentTarget as HTMLElement).setPointerCapture?.(event.pointerId);
  }
  function onMove(event: PointerEvent): void {
    const x = xOf(event);
    gestures.hover(x);
    if (!drag.value) return;
    if (Math.abs(x - drag.value.fromX) >= LEAST_DRAG) isClick = false;
    drag.value = { ...drag.value, toX: x };
  }
  function onUp(event: PointerEvent): void {
    const done = drag.value;
    drag.value = null;
    if (!done) return;
    if (!isClick && done.kind === 'pan') return gestures.pan(done.toX - done.fromX);
    if (!isClick) return gestures.select(done.fromX, done.toX);
    const { x, y } = placeOf(event, event.currentTarget as HTMLElement);
    gestures.hover(x);
    if (gestures.tap?.(x, y)) return;
    // A finger cannot point without touching: a touch shows the values, and the readout has the links.
    if (event.pointerType === 'touch') return;
    clearTimeout(clickTimer);
    clickTimer = setTimeout(() => gestures.open(x, y), DOUBLE_MS);
  }
  function onDouble(): void {
    clearTimeout(clickTimer);
    gestures.back();
  }
  function onWheel(event: WheelEvent): void {
    if (!event.ctrlKey || event.deltaY === 0) return;
    event.preventDefault();
    gestures.zoom(xOf(event), event.deltaY < 0 ? 1 / WHEEL_FACTOR : WHEEL_FACTOR);
  }

  useListeners(element, [
    ['pointerdown', onDown],
    ['pointermove', onMove],
    ['pointerup', onUp],
    ['pointercancel', () => (drag.value = null)],
    ['dblclick', onDouble],
    ['wheel', onWheel, { passive: false }],
  ]);
  onScopeDispose(() => clearTimeout(clickTimer));
  return { drag };
}
