import { createHash } from 'node:crypto';
import { createReadStream, existsSync, statSync } from 'node:fs';
import { chmod, copyFile, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import packageJson from '../../package.json' with { type: 'json' };
import { AppError, messageOf } from '../base/errors.ts';
import { claimStore } from '../history/claim.ts';
import { openHistoryDatabase } from '../history/sql/open.ts';
import { versionsPath } from '../publish/rules-file.ts';
import type { CommandIo } from './io.ts';

const STORE = 'mailvigil.db';
const RULES = 'alarm-rules.yaml';
const RULE_VERSIONS = versionsPath(RULES);
/**
 * Files beside the store that people have edited. Rules after their versions: what is saved in between then counts as
 * an edit, where it would else be taken back.
 */
const BESIDE = ['providers.yaml', RULE_VERSIONS, RULES];
/** Who may look (paired screens), and the key that signs what they hold. For nobody else's eyes. */
const IDENTITIES = 'identity.db';
const IDENTITY_KEY = 'identity.key';
const OWNER_ONLY = { file: 0o600, folder: 0o700 } as const;
const MANIFEST = 'manifest.json';
const PROGRESS_MS = 500;

const Manifest = z.object({
  program: z.literal('mailvigil'),
  version: z.string(),
  madeAt: z.string(),
  bytes: z.number(),
  sha256: z.string(),
  /** Beside the store. */
  files: z.array(z.string()),
  /** SHA-256 of each of them; backups of earlier versions have none. */
  hashes: z.record(z.string(), z.string()).optional(),
});

/** Copies the store of a running or stopped server as it is at one moment; the server goes on writing meanwhile. */
export async function runBackup(dir: string, data: string, io: CommandIo): Promise<number> {
  const source = join(data, STORE);
  if (!existsSync(source))
    throw new AppError('not-found', `there is no store in ${data}: name its folder with --data`);
  if (existsSync(join(dir, STORE)))
    throw new AppError('bad-request', `${dir} holds a backup already: name another folder`);
  await mkdir(dir, { recursive: true, mode: OWNER_ONLY.folder });
  const target = join(dir, STORE);
  const stopTelling = tellProgress(io, target, statSync(source).size);
  try {
    await copyStore(source, `${target}.part`);
  } finally {
    stopTelling();
  }
  await rename(`${target}.part`, target);
  const files = await copyBeside(data, dir);
  const { size: bytes } = statSync(target);
  const manifest: z.infer<typeof Manifest> = {
    program: 'mailvigil',
    version: packageJson.version,
    madeAt: new Date().toISOString(),
    bytes,
    sha256: await hashOf(target),
    files,
    hashes: await hashesOf(dir, files),
  };
  // Last: a backup without it is not whole.
  await writeFile(join(dir, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`, { flush: true });
  io.stdout.write(`${dir}: ${(bytes / 1e6).toFixed(1)} MB, whole and checked\n`);
  return 0;
}

/** Puts a backup in the place of a store; what stood there is moved aside, never deleted. */
export async function runRestore(dir: string, data: string, io: CommandIo): Promise<number> {
  const manifest = await readManifest(dir);
  await mustBeAsBackedUp(dir, { ...manifest.hashes, [STORE]: manifest.sha256 });
  const source = join(dir, STORE);
  const target = join(data, STORE);
  const release = claimStore(target);
  try {
    await copyFile(source, `${target}.new`);
    await checkStore(`${target}.new`);
    await moveAside(target, 'the store', io);
    await rename(`${target}.new`, target);
    await putBeside(manifest.files, dir, data, io);
  } finally {
    release();
  }
  io.stdout.write(`${target}: restored, as of ${manifest.madeAt}\n`);
  return 0;
}

/** What belongs to a store and is not in it; answers the names of what there was. */
async function copyBeside(data: string, dir: string): Promise<string[]> {
  const files = [...BESIDE, IDENTITIES, IDENTITY_KEY].filter((name) => existsSync(join(data, name)));
  for (const name of files) {
    if (name === IDENTITIES) await copyStore(join(data, name), join(dir, name));
    else await copyFile(join(data, name), join(dir, name));
    if (name === IDENTITIES || name === IDENTITY_KEY) await chmod(join(dir, name), OWNER_ONLY.file);
  }
  return files;
}

/** Identities that are there stay: those of the backup may hold a screen that has been revoked since. */
async function putBeside(files: readonly string[], dir: string, data: string, io: CommandIo): Promise<void> {
  const hasOwn = existsSync(join(data, IDENTITIES));
  for (const name of files) {
    const isIdentity = name === IDENTITIES || name === IDENTITY_KEY;
    if (isIdentity && hasOwn) continue;
    const target = join(data, name);
    await copyFile(join(dir, name), `${target}.new`);
    await moveAside(target, name, io);
    await rename(`${target}.new`, target);
  }
  // Stock rules were in force then: what stands here now would be taken for an edit of them.
  if (files.includes(RULE_VERSIONS) && !files.includes(RULES)) await moveAside(join(data, RULES), RULES, io);
  if (!files.includes(IDENTITIES)) return;
  io.stderr.write(
    hasOwn
      ? 'paired screens are as they were here: one of the backup may have been revoked since\n'
      : 'screens are paired as they were then: revoke again what was revoked since (`mailvigil screen list`)\n',
  );
}

async function readManifest(dir: string): Promise<z.infer<typeof Manifest>> {
  const path = join(dir, MANIFEST);
  try {
    return Manifest.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (cause) {
    const why = `${path} is missing or damaged (${messageOf(cause).split('\n')[0] ?? ''})`;
    throw new AppError('bad-request', `${dir} is not a whole backup: ${why}`, [], { cause });
  }
}

/** Opened as the server would open it, so that an older one is brought to the newest version here and not at night. */
async function checkStore(path: string): Promise<void> {
  const db = await openHistoryDatabase(path, Date.now());
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  db.close();
  for (const suffix of ['-wal', '-shm']) await rm(path + suffix, { force: true });
}

async function moveAside(path: string, name: string, { stderr }: CommandIo): Promise<void> {
  if (!existsSync(path)) return;
  const aside = `${path}.before-restore-${Date.now()}`;
  for (const suffix of ['', '-wal', '-shm'])
    if (existsSync(path + suffix)) await rename(path + suffix, aside + suffix);
  stderr.write(`${name} that was there is now ${aside}\n`);
}

/**
 * `VACUUM INTO` reads one snapshot however long it takes, while the server writes (an online backup from another
 * process would begin anew with each commit of the server); in a thread, so that progress can be told.
 */
async function copyStore(source: string, target: string): Promise<void> {
  await rm(target, { force: true });
  const worker = new Worker(COPY, { eval: true, workerData: { source, target } });
  const fault = await new Promise<string>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  if (fault !== '')
    throw new AppError('unavailable', `${source} can't be copied: ${fault}; is there room in the folder?`);
}

const COPY = `
const { parentPort, workerData } = require('node:worker_threads');
const { DatabaseSync } = require('node:sqlite');
try {
  const db = new DatabaseSync(workerData.source, { timeout: 10000 });
  db.prepare('VACUUM INTO ?').run(workerData.target);
  db.close();
  parentPort.postMessage('');
} catch (error) {
  parentPort.postMessage(String(error.message));
}`;

function tellProgress({ stderr }: CommandIo, path: string, expectedBytes: number): () => void {
  if (!stderr.isTTY) return () => undefined;
  const timer = setInterval(() => {
    const bytes = statSync(`${path}.part`, { throwIfNoEntry: false })?.size ?? 0;
    const percent = Math.min(99, (100 * bytes) / Math.max(1, expectedBytes));
    stderr.write(`\r\x1b[K${(bytes / 1e6).toFixed(0)} MB, about ${percent.toFixed(0)} %`);
  }, PROGRESS_MS);
  return () => {
    clearInterval(timer);
    stderr.write('\r\x1b[K');
  };
}

/** Before anything is touched: half a restore is worse than none. */
async function mustBeAsBackedUp(dir: string, hashes: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, hash] of Object.entries(hashes)) {
    const path = join(dir, name);
    const why = !existsSync(path)
      ? 'it is missing'
      : (await hashOf(path)) === hash
        ? ''
        : 'it has been changed or damaged';
    if (why !== '') throw new AppError('bad-request', `${path} is not what was backed up: ${why}`);
  }
}

async function hashesOf(dir: string, names: readonly string[]): Promise<Record<string, string>> {
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await hashOf(join(dir, name))] as const)),
  );
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
