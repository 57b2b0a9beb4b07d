import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Real logs with independently computed truth, beside the repository where they are. */
export const CORPUS = join(import.meta.dirname, '../../../shared/corpus');
export const hasCorpus = existsSync(join(CORPUS, 'run1/truth.json'));
