import { describe, expect, it } from 'vitest';
import {
  canaryFileText,
  canaryHash,
  emptyCanaryFile,
  parseCanaryFile,
  plantCanaries,
} from '../../../../../server/base/canary-file.ts';
import { CanaryStore } from '../../../../../server/detect/foresight/canaries/book.ts';
import { createCanariesPart } from '../../../../../server/detect/foresight/canaries/part.ts';
import { createForesightRun, type ForesightRun } from '../../../../support/foresight-run.ts';

const DAY = 86_400_000;
const NOW = Date.parse('2026-11-20T03:00:00Z');
const hit = (hash: string, ageMs = 0, network = '192.0.2.0/24') => ({
  ...{ hash, network, atMs: NOW - ageMs, tenant: 'aurora', campaign: null },
});
const store = (over: { size?: number; ageDays?: number; kind?: 'planted' | 'lives-here' } = {}) =>
  new CanaryStore({
    ...{ store: 'webmail', kind: over.kind ?? ('planted' as const), size: over.size ?? 10 },
    sinceMs: NOW - (over.ageDays ?? 30) * DAY,
  });

describe('canaries', () => {
  it('CAN-1: two different addresses of one store within a day name it as leaked, with the chance that it is none', () => {
    const webmail = store();
    webmail.hit(hit('a'));
    expect(webmail.view(NOW)).toMatchObject({ state: 'hit', distinctHits: 1 });
    webmail.hit(hit('b'));
    const view = webmail.view(NOW);
    expect(view).toMatchObject({ state: 'leaked', distinctHits: 2, tenants: ['aurora'] });
    expect(view.p).toBeLessThan(1e-4);
    expect(view.text).toBe('webmail has leaked: 2 of 10 planted addresses were written to within a day');
  });

  it('CAN-2: one alone is enough for a store that had none for ninety days', () => {
    const old = store({ ageDays: 120 });
    old.hit(hit('a'));
    expect(old.view(NOW).state).toBe('leaked');
    const stray = store({ ageDays: 120 });
    stray.hit(hit('a', 40 * DAY));
    stray.hit(hit('b'));
    expect(stray.view(NOW).state).toBe('hit');
  });

  it('CAN-3: the same address from the same network within an hour is one hit; days apart are not together', () => {
    const webmail = store();
    expect(webmail.hit(hit('a'))).toBe(true);
    expect(webmail.hit(hit('a'))).toBe(false);
    expect(webmail.hit(hit('a', 0, '198.51.100.0/24'))).toBe(true);
    expect(webmail.view(NOW)).toMatchObject({ hits: 2, distinctHits: 1, state: 'hit' });
    const apart = store();
    apart.hit(hit('a', 3 * DAY));
    apart.hit(hit('b'));
    expect(apart.view(NOW).distinctHits).toBe(1);
  });

  it('CAN-4: a small cohort says that it is too small, and a quiet one that it is quiet', () => {
    expect(store({ size: 1 }).view(NOW).state).toBe('insufficient');
    expect(store({ size: 20, kind: 'lives-here' }).view(NOW).state).toBe('insufficient');
    expect(store().view(NOW)).toMatchObject({ state: 'quiet', p: null });
  });

  it('CAN-5: planting makes addresses that nobody can guess, and the file knows their hashes only', () => {
    const planted = plantCanaries(emptyCanaryFile(), {
      store: 'billing',
      domain: 'aurora.example',
      count: 3,
      nowMs: NOW,
    });
    expect(new Set(planted.addresses).size).toBe(3);
    for (const address of planted.addresses) {
      expect(address).toMatch(/^[0-9a-f]{20}@aurora\.example$/);
      expect(canaryFileText(planted.file)).not.toContain(address.slice(0, 20));
    }
    const read = parseCanaryFile(canaryFileText(planted.file));
    if (!read.ok) throw new Error(read.faults.join());
    const [first = ''] = planted.addresses;
    expect(read.file.stores[0]?.hashes).toContain(canaryHash(read.file.salt, first.toUpperCase()));
    expect(parseCanaryFile('salt: x')).toMatchObject({ ok: false });
    expect(parseCanaryFile('{').ok).toBe(false);
  });

  it('CAN-6: in 2007 the webmail is named within five minutes of the second hit, and no other store', () => {
    let hits = 0;
    let secondMs = 0;
    let namedMs = 0;
    const wrong = new Set<string>();
    const late = { current: undefined as ReturnType<typeof createCanariesPart> | undefined };
    const part = () =>
      (late.current ??= createCanariesPart({
        file: run.simulation.canaries,
        books: () => run.pipeline.books,
      }));
    const run: ForesightRun = createForesightRun({
      ...{ scenario: 'leak-2007', minutes: 45, volume: 0.15 },
      parts: [
        {
          event: (event, nowMs) => part().event?.(event, nowMs),
          advance: (facts) => part().advance(facts),
          view: () => part().view(),
        },
      ],
    });
    run.live(({ atMs }) => {
      for (const { store: name, state, distinctHits } of part().view()) {
        if (name !== 'webmail' && state !== 'quiet') wrong.add(name);
        if (name !== 'webmail') continue;
        if (distinctHits >= 2 && hits < 2) secondMs = atMs;
        hits = distinctHits;
        if (state === 'leaked' && namedMs === 0) namedMs = atMs;
      }
    });
    expect(hits).toBeGreaterThanOrEqual(2);
    expect(namedMs).toBeGreaterThan(0);
    expect(namedMs - secondMs).toBeLessThanOrEqual(300_000);
    expect([...wrong]).toEqual([]);
  }, 120_000);

  it('CAN-12: a hit is tied to its campaign though the log of its mail comes before the filter’s word', () => {
    const { file, addresses } = plantCanaries(emptyCanaryFile(), {
      ...{ store: 'webmail', domain: 'aurora.example', count: 3, nowMs: NOW },
    });
    const [to = ''] = addresses;
    const known = { campaign: null as string | null, isScanned: false, noted: 0, now: 'c2' };
    const part = createCanariesPart({
      file,
      books: () => ({ directory: { ownerOfAddress: () => -1 }, ledger: { peek: () => undefined } }) as never,
      campaigns: {
        campaignOf: (id) => (id === 'Q1' ? known.campaign : null),
        noteHit: () => {
          if (known.isScanned) known.noted += 1;
          return known.isScanned;
        },
        named: (id) => ({ id: id === 'c1' ? known.now : id, title: 'image, 7 sender networks' }),
      },
    });
    const campaignsAt = (atMs: number) => {
      part.advance({ atMs } as never);
      return part.view()[0]?.campaigns;
    };
    const event = {
      ...{
        kind: 'rejected' as const,
        atMs: NOW,
        host: 'mx1',
        source: 'log',
        instance: 'postfix',
        queueId: 'Q1',
      },
      ...{
        temporary: false,
        milter: true,
        stage: 'END-OF-MESSAGE',
        to,
        reason: 'spam',
        clientIp: '192.0.2.7',
      },
    };
    part.event?.(event, NOW);
    expect(campaignsAt(NOW)).toEqual([]);
    known.isScanned = true;
    expect(campaignsAt(NOW + 5_000)).toEqual([]);
    known.campaign = 'c1';
    known.now = 'c1';
    expect(campaignsAt(NOW + 60_000)).toEqual(['c1']);
    expect(part.view()[0]?.text).toMatch(/, by the campaign “image, 7 sender networks”$/);
    // Two turn out to be one, long after the mail can be asked for.
    known.now = 'c2';
    expect(campaignsAt(NOW + 3_600_000)).toEqual(['c2']);
    // Counted for its campaign once, when the filter has seen it.
    expect(known.noted).toBe(1);
    expect(part.takeKept?.()).toContain('"campaign":"c1"');
  });

  it('CAN-7: hits survive a restart', () => {
    const { file, addresses } = plantCanaries(emptyCanaryFile(), {
      store: 'billing',
      domain: 'aurora.example',
      count: 3,
      nowMs: NOW,
    });
    const run = createForesightRun({ scenario: 'calm', minutes: 1, volume: 0.1, parts: [] });
    const deps = { file, books: () => run.pipeline.books };
    const before = createCanariesPart(deps);
    const event = {
      ...{ kind: 'rejected' as const, atMs: NOW, host: 'mx1', source: 'log', instance: 'postfix' },
      ...{ temporary: false, milter: false, stage: 'RCPT', to: addresses[0] ?? '', reason: 'unknown' },
    };
    before.event?.(event, NOW);
    const kept = before.takeKept?.();
    expect(before.takeKept?.()).toBeUndefined();
    const after = createCanariesPart(deps, kept);
    after.advance({ atMs: NOW } as never);
    expect(after.view()[0]).toMatchObject({ distinctHits: 1 });
  });
});
