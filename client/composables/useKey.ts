import { onScopeDispose } from 'vue';

/** Runs on a key, unless it is typed into a field. */
export function useKey(key: string, run: () => void): void {
  function onKey(event: KeyboardEvent): void {
    const isField = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
    if (event.key === key && !isField) run();
  }
  window.addEventListener('keydown', onKey);
  onScopeDispose(() => window.removeEventListener('keydown', onKey));
}
