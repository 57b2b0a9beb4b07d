import { z } from 'zod';
import { ProvidersForm, StorageForm } from '../answers-history.ts';
import type { QueryPort } from '../port.ts';
import { type BoundRoute, defineRoute, noInput, ok } from '../route.ts';

/** What is kept and how, and the list by which destinations are grouped. */
export function storageRoutes(query: QueryPort): readonly BoundRoute[] {
  const providers = {
    ...noInput,
    path: '/api/v1/providers',
    scope: () => 'platform' as const,
    query: z.strictObject({}),
    answer: ProvidersForm,
  };
  return [
    defineRoute({
      ...noInput,
      method: 'get',
      path: '/api/v1/storage',
      summary: 'State of the store: what is kept, how much room it takes, and what it lags behind.',
      permission: 'storage:view',
      scope: () => 'platform',
      query: z.strictObject({}),
      answer: StorageForm,
      handle: async () => ok(await query.storage()),
    }),
    defineRoute({
      ...providers,
      method: 'get',
      summary: 'The list of mailbox providers, as the text of its file.',
      permission: 'storage:view',
      handle: async () => ok({ text: await query.providers.read() }),
    }),
    defineRoute({
      ...providers,
      method: 'put',
      summary: 'Replaces the list of mailbox providers; refused with every fault when it is not understood.',
      permission: 'providers:edit',
      body: ProvidersForm,
      async handle({ body: { text } }) {
        await query.providers.write(text);
        return ok({ text: await query.providers.read() });
      },
    }),
  ];
}
