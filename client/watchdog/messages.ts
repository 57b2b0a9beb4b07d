/** What the page and its watchdog say to each other. */

/** `take`: the canvas to draw on, once. `painted`: a frame is on the screen. `echo`: the event loop lives. */
export type PageSaid =
  | { readonly what: 'take'; readonly canvas: OffscreenCanvas }
  | { readonly what: 'painted'; readonly widthPx: number; readonly heightPx: number }
  | { readonly what: 'echo' }
  | { readonly what: 'visible'; readonly isVisible: boolean };

/** `alive`: every second; the page echoes it. `unpainted`: nothing was painted since, though the event loop lives. */
export type WatchdogSaid =
  { readonly what: 'alive' } | { readonly what: 'unpainted'; readonly sinceDateMs: number };
