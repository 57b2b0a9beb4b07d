import { describe, expect, it } from 'vitest';
import { CAMPAIGN_ROW } from '../../../../../server/detect/foresight/campaigns/part.ts';
import { batch, driven, merged, MINUTE_MS, others, PICTURES, START_MS } from './support.ts';

const at = (minutes: number) => START_MS + minutes * MINUTE_MS;
/** Forty pictures a minute apart by 15 s from the tenth minute on; others all the time. */
const pictures = (count = 40, options: Partial<Parameters<typeof batch>[0]> = {}) =>
  batch({ count, fromMs: at(10), everyMs: 15_000, ...options });
const background = (minutes: number, from = 0) => others(minutes * 30, at(from), 2_000);

describe('campaigns', () => {
  it('CMP-3: mail of one kind is one campaign, with first and last seen, tenants, networks, verdicts and traits', () => {
    const { part, hear, until } = driven();
    hear(merged(background(25), pictures()));
    until(at(21));
    const [campaign, ...more] = part.view().list;
    expect(more).toEqual([]);
    expect(campaign).toMatchObject({
      state: 'running',
      firstSeenMs: at(10),
      lastSeenMs: at(10) + 39 * 15_000,
      messages: 40,
      recipients: { low: 40, high: 42 },
      tenants: [{ id: 'one', name: 'One', messages: 40 }],
      verdicts: { reject: 40 },
      senderNetworks: 40,
    });
    expect(campaign?.title).toBe('image and attachment, subject like an answer, 40 sender networks');
    expect(campaign?.traits).toContain('pictures carry the text');
  });

  it('CMP-4: what the filter lets pass begins none, however much of it there is', () => {
    const { part, hear } = driven();
    hear(merged(background(25), pictures(80, { action: 'no action', score: 0.5 })));
    expect(part.view()).toEqual({ list: [], unclustered: { messages: 0, of: 0 } });
  });

  it('CMP-4: a newsletter that is taken for spam now and then is none', () => {
    const { part, hear, until } = driven();
    const letters = batch({ count: 600, fromMs: at(5), everyMs: 1_500, action: 'no action', score: 1 }).map(
      (letter, i) => (i % 50 === 3 ? { ...letter, action: 'add header' as const, score: 6.5 } : letter),
    );
    hear(merged(background(25), letters));
    until(at(25));
    expect(part.view().list).toEqual([]);
    expect(part.view().unclustered).toEqual({ messages: 12, of: 12 });
  });

  it('CMP-5: mail of the same looks that passes counts once the campaign is known', () => {
    const { part, hear, until } = driven();
    const passing = batch({
      count: 30,
      fromMs: at(21),
      everyMs: 5_000,
      action: 'no action',
      score: 0.5,
      name: 'p',
    });
    hear(merged(background(25), pictures(), passing));
    until(at(25));
    expect(part.view().list).toHaveLength(1);
    expect(part.view().list[0]).toMatchObject({ messages: 70, verdicts: { reject: 40, 'no action': 30 } });
  });

  it('CMP-5: but not mail that has looked so, and passed, since long before', () => {
    const { part, hear, until } = driven();
    const usual = batch({
      count: 120,
      fromMs: at(1),
      everyMs: 10_000,
      action: 'no action',
      score: 0.5,
      name: 'u',
    });
    hear(merged(background(25), usual, pictures()));
    until(at(25));
    expect(part.view().list[0]).toMatchObject({ messages: 40, verdicts: { reject: 40 } });
  });

  it('CMP-6: what fits no campaign is counted beside what was looked at', () => {
    const { part, hear, until } = driven();
    const stray = Array.from({ length: 12 }, (_, i) =>
      batch({
        count: 1,
        fromMs: at(12) + i * 9_000,
        everyMs: 1,
        name: `s${i}`,
        symbols: [`ODD_${i}`, `STRANGE_${i}`],
      }),
    ).flat();
    hear(merged(background(25), pictures(), stray));
    until(at(25));
    expect(part.view().unclustered).toEqual({ messages: 12, of: 52 });
    until(at(90));
    expect(part.view().unclustered).toEqual({ messages: 0, of: 0 });
  });

  it('CMP-7: no upper bound of recipients is said where some were not told', () => {
    const { part, hear, until } = driven();
    hear(merged(background(25), pictures(40, { isToCut: true })));
    until(at(25));
    expect(part.view().list[0]?.recipients).toEqual({ low: 40, high: null });
  });

  it('CMP-8: it stops when nothing comes though the filter tells of other mail', () => {
    const { part, hear } = driven();
    hear(merged(background(60), pictures()));
    expect(part.view().list[0]?.state).toBe('stopped');
  });

  it('CMP-8: it is never over while the filter is silent, and that is said', () => {
    const unheard = driven();
    unheard.hear(merged(background(22), pictures()));
    unheard.until(at(300));
    expect(unheard.part.view().list[0]?.state).toBe('running');
    expect(unheard.part.blind?.()).toEqual(['whether campaigns are over: filter tells of no verdicts']);
    const lost = driven({ stateAt: (atMs) => (atMs > at(22) ? 'lost' : 'ok') });
    lost.hear(merged(background(60), pictures()));
    expect(lost.part.view().list[0]?.state).toBe('running');
  });

  it('CMP-9: it returns when it comes again, not with a straggler, and stops again', () => {
    const { part, hear } = driven();
    const straggler = batch({ count: 1, fromMs: at(70), everyMs: 1, name: 's' });
    const again = batch({ count: 20, fromMs: at(120), everyMs: 15_000, name: 'a' });
    const states: string[] = [];
    for (const verdict of merged(background(180), pictures(), straggler, again)) {
      hear([verdict]);
      const state = part.view().list[0]?.state ?? 'none';
      if (state !== states.at(-1)) states.push(state);
    }
    expect(states).toEqual(['none', 'running', 'stopped', 'returned', 'stopped']);
    expect(part.view().list[0]).toMatchObject({ messages: 61, firstSeenMs: at(10) });
  });

  it('CMP-10: two that turn out to be one are told as one, with what it swallowed, and mails of both lead to it', () => {
    const first = driven();
    first.hear(merged(background(25), pictures()));
    first.until(at(25));
    const kept = first.part.takeKept?.() ?? '';
    const saved = JSON.parse(kept) as { campaigns: { id: string; firstSeenMs: number }[] };
    const [campaign] = saved.campaigns;
    const twice = { ...saved, campaigns: [campaign, { ...campaign, id: 'younger', firstSeenMs: at(12) }] };
    const { part, until, hear } = driven({ kept: JSON.stringify(twice), startMs: at(26) });
    hear(batch({ count: 1, fromMs: at(26), everyMs: 1, name: 'x' }));
    until(at(28));
    expect(part.view().list).toHaveLength(1);
    expect(part.view().list[0]).toMatchObject({ id: campaign?.id, messages: 81, merged: ['younger'] });
    expect(part.campaignOf('xQ0', 'xuser0@one.example')).toBe(campaign?.id);
  });

  it('CMP-11: a mail leads to its campaign by queue id or message id, as soon as there is one, for a quarter of an hour', () => {
    const { part, hear, until } = driven();
    hear(merged(background(11), pictures(3)));
    expect(part.campaignOf('mQ0', 'muser0@one.example')).toBeNull();
    hear(merged(background(14, 11), pictures().slice(3)));
    until(at(24));
    const id = part.view().list[0]?.id;
    expect(part.campaignOf('mQ0', 'MUSER0@one.example')).toBe(id);
    expect(part.campaignOf('m0@out.example', 'muser0@one.example')).toBe(id);
    expect(part.campaignOf('mQ0', 'somebody@one.example')).toBeNull();
    until(at(26));
    expect(part.campaignOf('mQ0', 'muser0@one.example')).toBeNull();
  });

  it('CMP-11: hits on addresses that should have none are counted for it, and make a campaign of what mostly passes', () => {
    const { part, hear, until } = driven();
    hear(merged(background(13), pictures(12, { action: 'no action', score: 3 })));
    until(at(13));
    expect(part.view().list).toEqual([]);
    part.noteHit('mQ1', 'muser1@one.example', 'canary');
    part.noteHit('mQ2', 'muser2@one.example', 'clean');
    hear(merged(background(12, 13), pictures(40, { action: 'no action', score: 3 }).slice(12)));
    until(at(25));
    expect(part.view().list[0]).toMatchObject({ canaryHits: 1, cleanHits: 1, messages: 40 });
  });

  it('CMP-12: it is the same one after a restart, and goes on and stops as if there had been none', () => {
    const before = driven();
    before.hear(merged(background(21), pictures()));
    before.until(at(21));
    const [campaign] = before.part.view().list;
    const kept = before.part.takeKept?.();
    expect(before.part.takeKept?.()).toBeUndefined();
    const { part, hear } = driven({ kept, startMs: at(22) });
    const more = batch({ count: 4, fromMs: at(22), everyMs: 15_000, name: 'x' });
    hear(merged(background(2, 22), more));
    expect(part.view().list[0]).toMatchObject({ id: campaign?.id, messages: 44, firstSeenMs: at(10) });
    expect(part.view().list[0]?.recipients).toEqual({ low: 44, high: 46 });
    hear(background(60, 24));
    expect(part.view().list[0]?.state).toBe('stopped');
  });

  it('CMP-12: one that nothing came of since the restart stops too', () => {
    const before = driven();
    before.hear(merged(background(21), pictures()));
    before.until(at(21));
    const { part, hear } = driven({ kept: before.part.takeKept?.(), startMs: at(22) });
    hear(background(60, 22));
    expect(part.view().list[0]?.state).toBe('stopped');
  });

  it.each(['', '{', '[]', '{"version":2}', '{"version":1,"campaigns":[{"id":1}],"words":7}'])(
    'CMP-12: begins anew with a damaged text: %s',
    (kept) => {
      expect(driven({ kept }).part.view().list).toEqual([]);
    },
  );

  it('CMP-13: a mail that was put off and comes again, and a scan that two sources tell of, counts once', () => {
    const { part, hear, until } = driven();
    const twice = pictures().flatMap((verdict) => [
      { ...verdict, action: 'soft reject' as const },
      verdict,
      { ...verdict, queueId: `${verdict.queueId ?? ''}again`, source: 'filter' },
    ]);
    hear(merged(background(25), twice));
    until(at(25));
    expect(part.view().list[0]).toMatchObject({ messages: 40, verdicts: { reject: 40 } });
    expect(part.dropped?.()['scans told twice']).toBe(40);
  });

  it('CMP-14: memory stays bounded under mail of ever new kinds, and what goes is counted', () => {
    const { part, hear, until } = driven();
    const flood = Array.from({ length: 6_000 }, (_, i) =>
      batch({
        count: 1,
        fromMs: at(1) + i * 100,
        everyMs: 1,
        name: `f${i}`,
        symbols: [`A_${i}`, `B_${i}`, `C_${i}`],
      }),
    ).flat();
    hear(merged(flood, pictures()));
    until(at(21));
    expect(part.view().list).toHaveLength(1);
    const dropped = part.dropped?.() ?? {};
    expect(dropped['kinds of mail beyond the room']).toBeGreaterThan(1_000);
    expect(dropped['rule names beyond the room']).toBeGreaterThan(1_000);
  });

  it('CMP-15: no address leaves it: the sample is masked, and what is kept has hashes', () => {
    const { part, hear, until } = driven();
    hear(merged(background(25), pictures(40, { subject: 'Hello muser7@one.example, your order 12' })));
    until(at(25));
    const [campaign] = part.view().list;
    expect(campaign?.sample).toMatchObject({
      from: 's•••@out.example',
      to: 'm•••@one.example',
      subject: 'Hello m•••@one.example, your order 12',
    });
    const told = JSON.stringify([part.takeKept?.(), part.takeRows?.(), part.view()]);
    expect(told).not.toMatch(/muser\d|sender\d/);
  });

  it('CMP-18: history has one row of it, at its first mail, renewed while it goes on and when it stops', () => {
    const { part, hear } = driven();
    hear(merged(background(60), pictures(80)));
    const rows = part.takeRows?.() ?? [];
    const [campaign] = part.view().list;
    expect(rows.length).toBeGreaterThan(2);
    expect(new Set(rows.map(({ kind, scope, atMs }) => `${kind} ${scope} ${atMs}`))).toEqual(
      new Set([`${CAMPAIGN_ROW} ${campaign?.id ?? ''} ${at(10)}`]),
    );
    expect(JSON.parse(rows.at(-1)?.text ?? '')).toMatchObject({ state: 'stopped', messages: 80 });
  });

  it('CMP-3: two templates with the same rules but other subjects are two', () => {
    const { part, hear, until } = driven();
    const other = pictures(40, { subject: 'Stock tip of the week 99', name: 'b' });
    hear(merged(background(25), pictures(40, { subject: 'Re: your pharmacy order 4711' }), other));
    until(at(25));
    expect(part.view().list.map(({ messages }) => messages)).toEqual([40, 40]);
  });

  describe('forms of a campaign that come too slowly to be one (CMP-21)', () => {
    /** Twelve in half an hour, where twenty would be one. */
    const slowly = (options: Partial<Parameters<typeof batch>[0]>, from = 12) =>
      batch({ count: 24, fromMs: at(from), everyMs: 150_000, name: 's', ...options });
    const variant = { symbols: [...PICTURES, 'SUBJ_ALL_CAPS', 'HABIT_1'], mimeTrace: '+~~~' };
    const other = { symbols: ['PHISHING', 'URL_REDIRECTOR_NESTED', 'FORGED_SENDER'], mimeTrace: '+' };
    const spread = background(80);

    it('are part of it once there are as many as a campaign needs', () => {
      const { part, hear, until } = driven();
      hear(merged(spread, pictures(240), slowly(variant)));
      until(at(75));
      expect(part.view().list.map(({ messages }) => messages)).toEqual([240 + 24]);
    });

    it('unless they are of another kind', () => {
      const { part, hear, until } = driven();
      hear(merged(spread, pictures(240), slowly(other)));
      until(at(75));
      expect(part.view().list.map(({ messages }) => messages)).toEqual([240]);
    });

    it('or the campaign is over', () => {
      const { part, hear, until } = driven();
      hear(merged(background(120), pictures(80), slowly(variant, 50)));
      until(at(118));
      expect(part.view().list.map(({ state, messages }) => `${state} ${messages}`)).toEqual(['stopped 80']);
    });
  });
});
