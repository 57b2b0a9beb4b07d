import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import {
  canaryFileText,
  type CanaryFile,
  emptyCanaryFile,
  parseCanaryFile,
  plantCanaries,
} from '../base/canary-file.ts';
import type { CommandIo } from './io.ts';

/** Where to put the addresses of a store, so that only a thief of that store finds them. */
const ADVICE = [
  'Put each address into this one store and nowhere else: as a customer, a contact or a subscriber of its own.',
  'Let mail to them be accepted or refused as any other; what counts is that the log names them.',
  'Never send to them, never print them, and do not keep this list: the file knows their hashes.',
];

export interface PlantOptions {
  readonly file: string;
  readonly store: string;
  readonly domain: string;
  readonly count: number;
}

/** Makes addresses for one store, notes their hashes in the file, and prints the addresses once. */
export function runPlant({ file, store, domain, count }: PlantOptions, io: CommandIo): number {
  const before = readOrBegin(file, io);
  if (!before) return 1;
  const planted = plantCanaries(before, { store, domain, count, nowMs: Date.now() });
  writeFileSync(file, canaryFileText(planted.file), { mode: 0o600 });
  for (const address of planted.addresses) io.stdout.write(`${address}\n`);
  for (const line of ADVICE) io.stderr.write(`${line}\n`);
  io.stderr.write(`Noted in ${file}; name it as \`canaries\` in the config file.\n`);
  return 0;
}

function readOrBegin(file: string, io: CommandIo): CanaryFile | undefined {
  if (!existsSync(file)) return emptyCanaryFile();
  const parsed = parseCanaryFile(readFileSync(file, 'utf8'));
  if (parsed.ok) return parsed.file;
  io.stderr.write(`mailvigil: ${file} is not a file of canaries, and was left as it is\n`);
  for (const fault of parsed.faults) io.stderr.write(`  ${fault}\n`);
  return undefined;
}
