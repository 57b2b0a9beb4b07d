import { onScopeDispose } from 'vue';

const isField = (target: EventTarget | null) =>
  target instanceof HTMLInputElement ||
  target instanceof HTMLSelectElement ||
  target instanceof HTMLTextAreaElement;

/** Space and Enter belong to a button or link that has the focus. */
const isPressed = (event: KeyboardEvent) =>
  (event.key === ' ' || event.key === 'Enter') &&
  event.target instanceof Element &&
  event.target.closest('button, a, summary') !== null;

/** Runs on a key, unless it is typed into a field or is a shortcut of the browser. */
export function useKey(key: string, run: (event: KeyboardEvent) => void): void {
  function onKey(event: KeyboardEvent): void {
    const isShortcut = event.ctrlKey || event.metaKey || event.altKey;
    if (event.key === key && !isShortcut && !isField(event.target) && !isPressed(event)) run(event);
  }
  window.addEventListener('keydown', onKey);
  onScopeDispose(() => window.removeEventListener('keydown', onKey));
}
