import { onScopeDispose, shallowRef, watch, type ShallowRef } from 'vue';
import { useElementSize } from '../../../composables/useElementSize.ts';
import { pinFit, type PinFit, type PinPart } from './pin-fit.ts';

const isThere = (element: Element) => element.getBoundingClientRect().height > 0;

/** The lines of a part; of one that is made elsewhere, those within it. */
function linesIn(part: HTMLElement): readonly Element[] {
  const own =
    part.dataset['part'] === 'foresight' ? part.querySelectorAll('[data-foresight]') : part.children;
  return [...own].filter(isThere);
}

/** A part that has no name is there as a whole, whatever the room. */
function partOf(element: HTMLElement): PinPart | null {
  const name = element.dataset['part'];
  if (name === 'curves') return null;
  const { top, height } = element.getBoundingClientRect();
  if (name === undefined) return { name: '', heights: [height], core: 1, kept: 1 };
  const lines = linesIn(element);
  const heights = lines.map((line) => line.getBoundingClientRect().bottom - top);
  const count = (wish: string) => lines.filter((line) => line.matches(wish)).length;
  return { name, heights, core: count('[data-core], [data-kept]'), kept: count('[data-kept]') };
}

const isSame = (a: PinFit, b: PinFit) => JSON.stringify(a) === JSON.stringify(b);

/** What the panel has room for, measured again when its size or what it says has changed. What is left out keeps its width out of sight. */
export function usePinFit(
  panel: Readonly<ShallowRef<HTMLElement | null>>,
  /** The least that curves need in a panel so wide. */
  curvesPx: (widthPx: number) => number,
) {
  const size = useElementSize(panel);
  const fit = shallowRef<PinFit>({});

  const needed = () => curvesPx(size.value.width);

  function look(): void {
    if (!panel.value || size.value.height === 0) return;
    const parts = [...panel.value.children].flatMap(
      (element) => (element instanceof HTMLElement && partOf(element)) || [],
    );
    const curves = { name: 'curves', heights: [needed()], core: 0, kept: 0 };
    const gapPx = parseFloat(getComputedStyle(panel.value).rowGap) || 0;
    const next = pinFit([...parts, curves], size.value.height, gapPx);
    if (!isSame(next, fit.value)) fit.value = next;
  }
  const observer = new MutationObserver(look);
  watch(
    panel,
    (now) => {
      observer.disconnect();
      if (now) observer.observe(now, { childList: true, characterData: true, subtree: true });
    },
    { immediate: true, flush: 'post' },
  );
  watch([size, needed], look, { flush: 'post' });
  onScopeDispose(() => observer.disconnect());

  return {
    size,
    hasCurves: () => fit.value['curves'] === undefined,
    isOut: (name: string) => fit.value[name]?.heightPx === 0,
    isShort: (name: string) => fit.value[name] !== undefined,
    linesOf: (name: string) => fit.value[name]?.lines,
    styleOf: (name: string) => {
      const { heightPx = 0 } = fit.value[name] ?? {};
      return heightPx > 0 ? { maxHeight: `${heightPx}px` } : {};
    },
  };
}
