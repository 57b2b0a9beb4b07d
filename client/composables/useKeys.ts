import { onScopeDispose } from 'vue';

/** What runs on a key; `Shift+` before a named key when it is held. */
export type KeyMap = Readonly<Record<string, (event: KeyboardEvent) => void>>;

/** Fields, and whatever says that it has keys of its own, keep them. */
function isTaken(event: KeyboardEvent): boolean {
  const { target } = event;
  // Under a modal form nothing may happen, wherever the focus is.
  if (document.querySelector('dialog[open]')) return true;
  if (!(target instanceof Element)) return false;
  return target.closest('input, select, textarea, [contenteditable], [data-own-keys]') !== null;
}

/** The name of a key: characters as typed, named keys with `Shift+` when it is held. */
export function keyName(event: Pick<KeyboardEvent, 'key' | 'shiftKey'>): string {
  return event.shiftKey && event.key.length > 1 ? `Shift+${event.key}` : event.key;
}

/** Runs the page's keys, unless they are typed into a field or held with Ctrl, Alt or Meta. */
export function useKeys(keys: KeyMap): void {
  function onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.altKey || event.metaKey || isTaken(event)) return;
    const run = keys[keyName(event)];
    if (!run) return;
    event.preventDefault();
    run(event);
  }
  window.addEventListener('keydown', onKey);
  onScopeDispose(() => window.removeEventListener('keydown', onKey));
}
