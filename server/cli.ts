#!/usr/bin/env node
/** Where `mailvigil` begins. Compiled code is kept between runs: it is half of the time that a short command takes. */
import { enableCompileCache } from 'node:module';
import { compileCacheDir } from './base/compile-cache.ts';

const dir = compileCacheDir(process.env);
if (dir !== undefined) enableCompileCache(dir);
await import('./program.ts');
