/** Put in by the build; see vite.config.ts. */
declare const __BUILD__: string;

/** Build of this page, as the server names its own in `Joined.build`; undefined in development and in tests. */
export const BUILD: string | undefined = typeof __BUILD__ === 'undefined' ? undefined : __BUILD__;
