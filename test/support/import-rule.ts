import { posix } from 'node:path';
import { readImports, type Import } from './imports.ts';

/** Folders of the server in the order of the flow: a file may import from its own and from those before it. */
const ORDER = [
  'base',
  'collect',
  'attribute',
  'aggregate',
  'history',
  'detect',
  'respond',
  'publish',
] as const;
/** Construct everything, so they may import everything of the server, and the few files outside that it is started with. */
const ROOTS =
  /^server\/(alarm-parts|alarms|app|cli|external-alarms|foresight|foresight-parts|live|pipeline|program|runtime|sources)\.ts$|^server\/commands\//;
const OUTSIDE = /^package\.json$|^test\/bench\//;
const FORBIDDEN_NAMES = new Set(['util', 'utils', 'helper', 'helpers', 'common', 'misc']);

/** Every fault of a set of sources (path from the repository's root → text) against the import rule of the design, one sentence each. */
export function faultsOf(files: ReadonlyMap<string, string>): string[] {
  return [...files].flatMap(([path, source]) => [...nameFaults(path), ...sourceFaults(path, source)]);
}

function nameFaults(path: string): string[] {
  const parts = path.split('/').map((part) => part.replace(/\..*$/, ''));
  return parts
    .filter((part) => FORBIDDEN_NAMES.has(part))
    .map((part) => `${path}: "${part}" names no noun of the field`);
}

function sourceFaults(path: string, source: string): string[] {
  const { imports, globalCalls } = readImports(path, source);
  const faults = imports.flatMap((each) => {
    const why = whyNot(path, each);
    return why === undefined ? [] : [`${path} imports ${each.specifier}: ${why}`];
  });
  const isFetching = path.startsWith('client/') && path !== 'client/api.ts' && globalCalls.has('fetch');
  return isFetching ? [...faults, `${path} calls fetch: only client/api.ts may`] : faults;
}

function whyNot(path: string, { specifier, isTypeOnly }: Import): string | undefined {
  const target = specifier.startsWith('.') ? posix.join(posix.dirname(path), specifier) : undefined;
  const top = path.split('/')[0];
  if (top === 'shared') return sharedFault(specifier, target);
  if (top === 'client')
    return target === undefined ? clientPackageFault(path, specifier) : clientFileFault(target);
  if (top === 'server' && target !== undefined) return serverFault(path, target, isTypeOnly);
  return undefined;
}

function sharedFault(specifier: string, target: string | undefined): string | undefined {
  const isAllowed = target === undefined ? specifier === 'zod' : target.startsWith('shared/');
  return isAllowed ? undefined : 'shared/ imports only zod and itself';
}

function clientFileFault(target: string): string | undefined {
  return /^(client|shared)\//.test(target) ? undefined : 'client/ imports only itself and shared/';
}

function clientPackageFault(path: string, specifier: string): string | undefined {
  if (specifier.startsWith('node:')) return 'a browser has no modules of Node';
  if (/^socket\.io-client(\/|$)/.test(specifier) && !path.startsWith('client/live/'))
    return 'only client/live may';
  if (/^chart\.js(\/|$)/.test(specifier) && !/^client\/composables\/useChart[^/]*$/.test(path))
    return 'only client/composables/useChart* may';
  return undefined;
}

function serverFault(path: string, target: string, isTypeOnly: boolean): string | undefined {
  if (target.startsWith('shared/') || (ROOTS.test(path) && OUTSIDE.test(target))) return undefined;
  if (!target.startsWith('server/')) return 'server/ imports only itself and shared/';
  if (ROOTS.test(path)) return undefined;
  return folderFault(folderOf(path), folderOf(target), isTypeOnly);
}

function folderOf(path: string): string {
  const parts = path.split('/');
  return parts.length > 2 ? parts[1]! : path;
}

function folderFault(from: string, to: string, isTypeOnly: boolean): string | undefined {
  if (from === to) return undefined;
  if (from === 'demo')
    return to === 'base' || (to === 'collect' && isTypeOnly)
      ? undefined
      : 'server/demo imports base and types of collect';
  const [own, other] = [from, to].map((folder) => (ORDER as readonly string[]).indexOf(folder));
  if (own === -1) return `${from} has no place in the order of the design`;
  if (other === -1) return `nothing but what constructs may import ${to}`;
  return other! < own! ? undefined : `${to} comes after ${from}`;
}
