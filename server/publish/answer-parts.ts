import { z } from 'zod';

export const reading = z.number().nullable().describe('null is no data, never zero');
export const atMs = z.number().int().describe('epoch milliseconds');
