import { onScopeDispose } from 'vue';
import { useKeys } from './useKeys.ts';

/** What the keys of the desk do. */
export interface DeskKeyDeeds {
  step(by: number): void;
  stepAlarm(by: number): void;
  acknowledge(): void;
  openTenant(): void;
  /** Null: the chosen one. */
  openAlarm(id: string | null): void;
  filter(): void;
  group(): void;
  palette(): void;
  help(): void;
  escape(): void;
}

/** Enter on an alarm opens it, on another button presses that, and anywhere else opens the chosen tenant. */
function onEnter(deeds: DeskKeyDeeds, { target }: KeyboardEvent): void {
  const element = target instanceof HTMLElement ? target : null;
  const alarm = element?.closest('.open') ? element.closest<HTMLElement>('[data-row]') : null;
  if (alarm) deeds.openAlarm(alarm.dataset['row'] ?? null);
  else if (element?.closest('button, a, summary')) element.click();
  else deeds.openTenant();
}

/** The keys of the desk; Ctrl+K as well while a field has the focus. */
export function useDeskKeys(deeds: DeskKeyDeeds): void {
  useKeys({
    j: () => deeds.step(1),
    k: () => deeds.step(-1),
    ArrowDown: () => deeds.step(1),
    ArrowUp: () => deeds.step(-1),
    J: () => deeds.stepAlarm(1),
    K: () => deeds.stepAlarm(-1),
    a: () => deeds.acknowledge(),
    o: () => deeds.openAlarm(null),
    g: () => deeds.group(),
    '/': () => deeds.filter(),
    ':': () => deeds.palette(),
    '?': () => deeds.help(),
    Enter: (event) => onEnter(deeds, event),
    Escape: () => deeds.escape(),
  });
  function onPalette(event: KeyboardEvent): void {
    const isAsked = (event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === 'k';
    if (!isAsked || document.querySelector('dialog[open]')) return;
    event.preventDefault();
    deeds.palette();
  }
  window.addEventListener('keydown', onPalette);
  onScopeDispose(() => window.removeEventListener('keydown', onPalette));
}
