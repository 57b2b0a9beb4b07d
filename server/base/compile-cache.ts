import { statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Where compiled code is kept between runs; undefined: nowhere, for there is no folder that is this user's own. Node's
 * choice is one in the temporary folder, which anybody may make first, and what lies in it is run as it is.
 */
export function compileCacheDir(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const { CACHE_DIRECTORY, XDG_CACHE_HOME, HOME } = env;
  // systemd gives a service a folder of its own (CacheDirectory=), several with colons between them.
  const service = CACHE_DIRECTORY?.split(':')[0];
  if (service && isOwn(service)) return join(service, 'compiled');
  if (XDG_CACHE_HOME && isOwn(XDG_CACHE_HOME)) return join(XDG_CACHE_HOME, 'mailvigil', 'compiled');
  return HOME && isOwn(HOME) ? join(HOME, '.cache', 'mailvigil', 'compiled') : undefined;
}

/** It is there and belongs to who runs this: what is not there is not made (a service's home may be `/nonexistent`). */
function isOwn(dir: string): boolean {
  try {
    return statSync(dir).uid === process.getuid?.();
  } catch {
    // Not there, or behind a folder of somebody else (`sudo -u` keeps the variables of who called): no reason not to start.
    return false;
  }
}
