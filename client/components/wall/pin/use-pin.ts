import { computed, onScopeDispose, watch } from 'vue';
import type { AlarmStrip } from '../../../../shared/alarms.ts';
import { useKey } from '../../../composables/useKey.ts';
import { pinsOfText, textOfPins, type PinNote } from '../../../stores/pin-model.ts';
import { usePinStore } from '../../../stores/pin.ts';
import { keptIn } from '../../../stores/storage.ts';

const KEY = 'mailvigil.pin';
const LOOK_EVERY_MS = 1_000;
const session = keptIn(() => sessionStorage);

/** Why a pin by hand is not there any more. */
const NOTES: Readonly<Record<PinNote['why'], string>> = {
  'no-hand': 'The pin by hand has ended: half an hour without a hand on this screen.',
  'not-listed': 'The pin by hand has ended: its alarm is not on the list any more.',
};

interface PinOf {
  /** Null: nothing is known of alarms. */
  readonly strip: () => AlarmStrip | null;
  /** A past moment is shown: then nothing is pinned, for what was told of alarms then is not kept. */
  readonly isReplay: () => boolean;
}

interface Under {
  readonly group?: string;
  readonly tenant?: string;
}

/** What a finger or the focus is on: a card of an alarm, or a tile. */
function targetUnder(element: Element | null): Under | null {
  const found = element?.closest<HTMLElement>('[data-group], [data-tenant]');
  const { group, tenant } = found?.dataset ?? {};
  if (group) return { group };
  return tenant ? { tenant } : null;
}

/** The innermost of what the pointer is over. */
const hovered = () =>
  [...document.querySelectorAll('[data-group]:hover, [data-tenant]:hover')].at(-1) ?? null;

/** Keeps the pin of this wall: follows the alarms and the hand, and outlives a reload. */
export function usePin({ strip, isReplay }: PinOf) {
  const pins = usePinStore();
  const { open, step, pinGroup, pinTenant, release, touch } = pins;
  open(pinsOfText(session.read(KEY)));

  function look(): void {
    if (!isReplay()) step(strip(), Date.now());
  }
  // At once when something new is told of alarms, and each second for what is over after a while.
  watch([strip, isReplay], look, { immediate: true });
  const timer = setInterval(look, LOOK_EVERY_MS);
  watch(
    () => textOfPins(pins.state),
    (text) => session.write(KEY, text),
  );

  function pinUnder({ group, tenant }: Under): void {
    if (group) pinGroup(group, Date.now());
    else if (tenant) pinTenant(tenant, Date.now());
  }

  /** What is under the hand; else what the wall has pinned is held; else what is most urgent. */
  function onPin(): void {
    if (isReplay()) return;
    if (pins.state.manual) return void release();
    const under = targetUnder(hovered()) ?? targetUnder(document.activeElement);
    const urgent = pins.pin?.groupId ?? strip()?.groups[0]?.id;
    pinUnder(under ?? (urgent ? { group: urgent } : {}));
  }
  useKey('p', onPin);
  useKey('Escape', () => {
    if (!isReplay()) release();
  });
  addEventListener('click', onClick, { capture: true });
  const onTouch = () => touch(Date.now());
  const TOUCHES = ['pointermove', 'pointerdown', 'keydown', 'wheel'] as const;
  for (const kind of TOUCHES) addEventListener(kind, onTouch, { passive: true });
  onScopeDispose(() => {
    clearInterval(timer);
    removeEventListener('click', onClick, { capture: true });
    for (const kind of TOUCHES) removeEventListener(kind, onTouch);
  });

  /** A tile is pinned by a click with the shift key; without it a click opens its page. */
  function onClick(event: MouseEvent): void {
    if (!event.shiftKey || isReplay()) return;
    const target = targetUnder(event.target instanceof Element ? event.target : null);
    if (!target) return;
    event.preventDefault();
    event.stopPropagation();
    pinUnder(target);
  }

  return {
    pin: computed(() => (isReplay() ? null : pins.pin)),
    note: computed(() => (pins.note && !isReplay() ? NOTES[pins.note.why] : '')),
    release,
  };
}
