#!/usr/bin/env node
/** Where `mailvigil` begins. Compiled code is kept between runs: it is half of the time that a short command takes. */
import { enableCompileCache } from 'node:module';

enableCompileCache();
await import('./program.ts');
