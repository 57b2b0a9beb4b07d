import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TempDir {
  readonly path: string;
  remove(): void;
}

const alive = new Set<string>();
process.on('exit', () => {
  for (const path of alive) rmSync(path, { recursive: true, force: true });
});

/** A new directory that daemons of other users may enter; it goes with `remove()`, at the latest with this process. */
export function createTempDir(name: string): TempDir {
  const path = mkdtempSync(join(tmpdir(), `mv-${name}-`));
  chmodSync(path, 0o755);
  alive.add(path);
  const remove = (): void => {
    rmSync(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
    alive.delete(path);
  };
  return { path, remove };
}
