import { createApp, h, shallowRef } from 'vue';
import ScreenBlank from './components/screens/ScreenBlank.vue';
import type { BlankNotice } from './live/identity.ts';

export interface BlankDeps {
  /** Where the page is. */
  readonly element: string;
  /** Takes down all that was shown, with every number it was drawn from. */
  readonly clear: () => void;
  /** Goes to where a fresh screen begins. */
  readonly again: () => void;
}

/** Makes the function after which this screen shows nothing but why; called again, it tells more. */
export function createBlank({ element, clear, again }: BlankDeps): (notice: BlankNotice) => void {
  const notice = shallowRef<BlankNotice | null>(null);
  return (next) => {
    const isFirst = notice.value === null;
    notice.value = next;
    if (!isFirst) return;
    clear();
    document.title = 'Revoked · Mailvigil';
    createApp({
      render: () => notice.value && h(ScreenBlank, { notice: notice.value, onAgain: again }),
    }).mount(element);
  };
}
