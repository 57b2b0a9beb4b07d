import type { ScreenRequest } from '../../shared/screens.ts';

/** One kind of what the server asks of a screen. */
export type RequestOf<W extends ScreenRequest['what']> = Extract<ScreenRequest, { readonly what: W }>;

/** Who does what the server asks of this screen. */
export interface Asked {
  /** Runs on each request of a kind until the returned function is called. */
  on<W extends ScreenRequest['what']>(what: W, run: (request: RequestOf<W>) => void): () => void;
  feed(request: ScreenRequest): void;
}

/** Hands each request to those who have said that they do such; one that nobody does is dropped. */
export function createAsked(): Asked {
  const handlers = new Map<ScreenRequest['what'], Set<(request: never) => void>>();
  return {
    on: (what, run) => {
      const runs = handlers.get(what) ?? new Set();
      handlers.set(what, runs.add(run));
      return () => void runs.delete(run);
    },
    feed: (request) => handlers.get(request.what)?.forEach((run) => run(request as never)),
  };
}
