import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import type { ReplayReport, ScopeReport } from '../../../server/commands/replay-report.ts';
import { type ReplayOptions, runReplay } from '../../../server/commands/replay.ts';
import { CORPUS, hasCorpus } from '../../support/corpus.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures/replay');

async function replay(files: readonly string[], options: Partial<ReplayOptions>): Promise<string> {
  const stdout = new PassThrough();
  const written = text(stdout);
  const code = await runReplay(
    files,
    { tenants: join(FIXTURES, 'tenants.yaml'), bucket: 60, ...options },
    { stdout, stderr: new PassThrough() },
  );
  stdout.end();
  expect(code).toBe(0);
  return written;
}

interface Counted {
  readonly delivered?: number;
  readonly deferred?: number;
  readonly bounced?: number;
  readonly rejected?: number;
  readonly rejected_4xx?: number;
  readonly rejected_5xx?: number;
}
interface Truth {
  readonly lines: number;
  readonly tenants: readonly { readonly id: string; readonly domains: readonly string[] }[];
  readonly totals: {
    readonly rcpt_domain: Record<string, Counted>;
    readonly platform: Record<string, number>;
  };
  readonly per_minute: {
    readonly rcpt_domain: Record<string, Record<string, Counted>>;
    readonly platform: Record<string, Record<string, number>>;
  };
}

const PAIRS = [
  ['delivered', 'delivered'],
  ['deferred', 'deferred'],
  ['bounced', 'bounced'],
  ['rejected', 'rejected'],
  ['rejectedTemporary', 'rejected_4xx'],
  ['rejectedPermanent', 'rejected_5xx'],
] as const;

/** Minute → count, of a tenant's recipient domains together. */
function truthMinutes(truth: Truth, domains: readonly string[], key: keyof Counted): Record<string, number> {
  const minutes: Record<string, number> = {};
  for (const domain of domains) {
    for (const [minute, counted] of Object.entries(truth.per_minute.rcpt_domain[domain] ?? {})) {
      if (counted[key]) minutes[minute] = (minutes[minute] ?? 0) + counted[key];
    }
  }
  return minutes;
}

function ownMinutes(report: ScopeReport, key: (typeof PAIRS)[number][0]): Record<string, number> {
  return Object.fromEntries(
    Object.entries(report.buckets).flatMap(([minute, totals]) =>
      totals[key] ? [[minute, totals[key]]] : [],
    ),
  );
}

describe.skipIf(!hasCorpus)('replay of a real platform against an independent count', () => {
  const truth = hasCorpus
    ? (JSON.parse(readFileSync(join(CORPUS, 'run1/truth.json'), 'utf8')) as Truth)
    : ({} as Truth);
  const tenants = join(CORPUS, 'run1/tenants.json');
  const forms = [
    ['RFC 3339 stamps', 'mail-iso.log.zst', {}],
    ['RFC 3164 stamps', 'mail.log.zst', { year: 2026, timezone: 'UTC' }],
  ] as const;

  it.each(forms)('CMD-2: equals it per tenant and minute (%s)', async (_, file, zone) => {
    const report = JSON.parse(
      await replay([join(CORPUS, 'run1', file)], { tenants, json: true, ...zone }),
    ) as ReplayReport;
    expect(report.lines).toBe(truth.lines);
    expect(report.unparsed).toBe(0);
    for (const { id, domains } of truth.tenants) {
      for (const [own, theirs] of PAIRS) {
        expect(ownMinutes(report.tenants[id]!.in, own), `${id} ${own}`).toEqual(
          truthMinutes(truth, domains, theirs),
        );
      }
    }
    const {
      accepted,
      expired,
      held,
      released,
      deleted,
      delivered,
      deferred,
      deferredRecipients,
      bounced,
      rejected,
    } = report.platform.total;
    expect({
      accepted,
      expired,
      held,
      released,
      deleted,
      delivered,
      deferred,
      deferredRecipients,
      bounced,
      rejected,
    }).toEqual({
      accepted: 20_879,
      expired: 151,
      held: 185,
      released: 130,
      deleted: 27,
      delivered: 23_188,
      deferred: 8_487,
      deferredRecipients: 3_419,
      bounced: 522,
      rejected: 4_804,
    });
  });

  it('AGG-2: its percentiles are within 1 % of the nearest-rank ones', async () => {
    const report = JSON.parse(
      await replay([join(CORPUS, 'run1/mail-iso.log.zst')], { tenants, json: true }),
    ) as ReplayReport;
    const expected = { p50: 0.08, p95: 224, p99: 355, max: 783 };
    for (const [name, value] of Object.entries(expected)) {
      const found = report.platform.total.lag![name as keyof typeof expected];
      expect(Math.abs(found - value) / value, `${name}: ${found} for ${value}`).toBeLessThanOrEqual(0.01);
    }
  });

  it('AGG-17: with the filter log beside it, verdicts are the filter’s own', async () => {
    const files = [join(CORPUS, 'run1/mail-iso.log.zst'), join(CORPUS, 'run1/rspamd.log.zst')];
    const report = JSON.parse(await replay(files, { tenants, json: true, timezone: 'UTC' })) as ReplayReport;
    expect(report.platform.total).toMatchObject({
      scanned: 20_780,
      spam: 2_291,
      softRejected: 114,
      delivered: 23_188,
    });
  });

  it('CMD-2: the same log twice gives the same report', async () => {
    const files = [join(CORPUS, 'run0/postfix-maillog.log.zst'), join(CORPUS, 'run0/dovecot-syslog.log.zst')];
    const options = { tenants, json: true, timezone: 'UTC', year: 2026 };
    expect(await replay(files, options)).toBe(await replay(files, options));
  });
});

describe('replay', () => {
  it('CMD-2: counts a small log by tenant, direction and minute', async () => {
    const report = JSON.parse(
      await replay([join(FIXTURES, 'mail.log')], { json: true, year: 2026, timezone: 'UTC' }),
    ) as ReplayReport;
    expect(report).toEqual(JSON.parse(readFileSync(join(FIXTURES, 'expected.json'), 'utf8')));
  });

  it('prints a table for people without --json', async () => {
    const table = await replay([join(FIXTURES, 'mail.log')], { year: 2026, timezone: 'UTC' });
    expect(table).toMatch(/^\d+ lines, 2026-/);
    expect(table).toMatch(/^platform\s+\d+/m);
  });

  it('CMD-3: a file that is not there is a failure that names it', async () => {
    await expect(replay([join(FIXTURES, 'no-such.log')], {})).rejects.toThrow(/no-such\.log/);
  });
});
