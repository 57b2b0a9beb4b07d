import { benchEvaluate } from './alarms-evaluate.ts';
import { benchPath } from './alarms-path.ts';

/** Rules and alarms of 1,000 tenants, and how long a page takes. */
export async function benchAlarms(): Promise<void> {
  await benchEvaluate();
  console.log('');
  await benchPath();
}
