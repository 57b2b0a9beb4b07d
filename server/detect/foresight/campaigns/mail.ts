/** What campaigns need to know of a scan. */
import { hash } from 'node:crypto';
import { type Directory, NOBODY } from '../../../attribute/directory.ts';
import type { SpamAction, Verdict } from '../../../collect/event.ts';
import { looksOf } from './features.ts';
import type { Call, HashOf, Mail } from './types.ts';
import type { Vocabulary } from './vocabulary.ts';

/** The filter's last word that it is spam. */
const SPAM: ReadonlySet<SpamAction> = new Set([
  'reject',
  'add header',
  'rewrite subject',
  'discard',
  'quarantine',
]);
/** Not its last word: the same mail comes again. */
const COMES_AGAIN: ReadonlySet<SpamAction> = new Set(['soft reject', 'greylist']);
/** Of mail that passes, a score above this is nearer to the limit than to nothing. */
const UNSURE_FROM = 2;
const HASH_BYTES = 6;

/** Whether it tells nothing to go by: a scan that was broken off, or a log without the list of rules. */
export function isBlank({ findings }: Verdict): boolean {
  return !findings || findings.symbols.length === 0;
}

/** Null: nothing to go by, or the filter will see the same mail again. */
export function mailOf(verdict: Verdict, directory: Directory, words: Vocabulary): Mail | null {
  const {
    findings,
    action,
    score,
    atMs,
    source,
    from,
    to,
    isToCut = false,
    clientIp = null,
    sizeBytes,
  } = verdict;
  if (!findings || isBlank(verdict) || COMES_AGAIN.has(action)) return null;
  const call: Call = SPAM.has(action) ? 'spam' : score > UNSURE_FROM ? 'unsure' : 'clean';
  const looks = looksOf(findings, sizeBytes, words);
  return {
    atMs,
    source,
    looks,
    action,
    call,
    from,
    to,
    isToCut,
    owners: ownersOf(verdict, directory),
    clientIp,
  };
}

/** Tenants whose recipients it has; of mail that goes out, the tenant of who sends. */
function ownersOf({ to, login }: Verdict, directory: Directory): readonly number[] {
  const owners = new Set<number>();
  for (const address of to) owners.add(directory.ownerOfAddress(address));
  owners.delete(NOBODY);
  if (owners.size === 0 && login !== undefined) owners.add(directory.ownerOfLogin(login));
  owners.delete(NOBODY);
  return [...owners];
}

/** The salt has to stay the same for as long as hashes are kept. */
export function saltedHash(salt: string): HashOf {
  return (text) => hash('sha256', `${salt} ${text}`, 'buffer').readUIntBE(0, HASH_BYTES);
}
