import { describe, expect, it } from 'vitest';
import { createDirectory } from '../../../../../server/attribute/directory.ts';
import type { MailEvent } from '../../../../../server/collect/event.ts';
import {
  type CampaignsPart,
  createCampaignsPart,
} from '../../../../../server/detect/foresight/campaigns/part.ts';
import type { ScenarioId } from '../../../../../server/demo/scenarios/scenario.ts';
import type { CampaignView } from '../../../../../shared/foresight.ts';
import { createForesightRun, type ForesightRunOptions } from '../../../../support/foresight-run.ts';

interface Lived {
  readonly part: CampaignsPart;
  /** State → when it was first told of, of the first campaign. */
  readonly told: ReadonlyMap<string, number>;
  readonly most: number;
  readonly verdicts: readonly Extract<MailEvent, { kind: 'verdict' }>[];
  readonly webmailUsers: readonly string[];
}

function lived(
  scenario: ScenarioId,
  options: Pick<ForesightRunOptions, 'minutes' | 'volume' | 'seed' | 'isLost'>,
): Lived {
  const verdicts: Extract<MailEvent, { kind: 'verdict' }>[] = [];
  const held: { part?: CampaignsPart } = {};
  const run = createForesightRun({
    scenario,
    ...options,
    parts: [
      {
        event: (event, nowMs) => {
          if (event.kind === 'verdict') verdicts.push(event);
          held.part?.event?.(event, nowMs);
        },
        advance: (facts) => held.part?.advance(facts),
        view: () => null,
      },
    ],
  });
  const part = createCampaignsPart({ directory: createDirectory(run.tenants), salt: 'salt' });
  held.part = part;
  const told = new Map<string, number>();
  let most = 0;
  run.live(({ atMs }) => {
    const { list } = part.view();
    most = Math.max(most, list.length);
    const state = list[0]?.state;
    if (state && !told.has(state)) told.set(state, atMs);
  });
  const webmailUsers = run.simulation.tenants
    .filter(({ isWebmailUser }) => isWebmailUser)
    .map(({ id }) => id);
  return { part, told, most, verdicts, webmailUsers };
}

const only = ({ part }: Lived): CampaignView => {
  const { list } = part.view();
  expect(list).toHaveLength(1);
  return list[0]!;
};
const MINUTE_MS = 60_000;

describe('campaigns of the demo platform', () => {
  it('CMP-16: leak-2007: pictures from 16:30 to 19:00 at the six tenants of the webmail, then stopped', () => {
    const at = (time: string) => Date.parse(`2007-05-13T${time}:00+01:00`);
    const story = lived('leak-2007', { minutes: 190, volume: 0.1 });
    const campaign = only(story);
    // Only these have it, whatever else they hit.
    const truth = story.verdicts.filter(({ findings }) =>
      findings?.symbols.includes('HTML_SHORT_LINK_IMG_1'),
    );
    expect(campaign.title).toMatch(/^image/);
    expect(campaign.firstSeenMs - at('16:30')).toBeLessThan(5 * MINUTE_MS);
    expect((story.told.get('running') ?? Infinity) - at('16:30')).toBeLessThan(10 * MINUTE_MS);
    expect(Math.abs(campaign.lastSeenMs - at('19:00'))).toBeLessThan(2 * MINUTE_MS);
    expect(campaign.state).toBe('stopped');
    expect((story.told.get('stopped') ?? 0) - campaign.lastSeenMs).toBeLessThan(20 * MINUTE_MS);
    expect(campaign.tenants.map(({ id }) => id).sort()).toEqual([...story.webmailUsers].sort());
    expect(story.webmailUsers).toHaveLength(6);
    expect(Math.abs(campaign.messages - truth.length)).toBeLessThan(0.02 * truth.length);
    const recipients = new Set(truth.flatMap(({ to }) => to)).size;
    expect(campaign.recipients.low).toBeLessThanOrEqual(recipients);
    expect(campaign.recipients.high).toBeGreaterThanOrEqual(campaign.messages * 0.95);
    // Most of it passed or was only marked at first.
    expect(campaign.verdicts['no action']).toBeGreaterThan(0.2 * campaign.messages);
    expect(campaign.senderNetworks).toBeGreaterThan(200);
    expect(story.most).toBe(1);
  }, 120_000);

  it('CMP-16: leak-2007: it is not said to be over because the filters’ logs are lost', () => {
    const from = Date.parse('2007-05-13T17:20:00+01:00');
    const isLost = (source: string, nowMs: number) => source.startsWith('rspamd') && nowMs > from;
    const story = lived('leak-2007', { minutes: 120, volume: 0.05, isLost });
    expect(only(story).state).toBe('running');
    expect(story.part.blind?.()).toHaveLength(3);
  }, 120_000);

  it('CMP-16: backlog-2008: the flood is one campaign of another kind, on cluster A', () => {
    const at = (time: string) => Date.parse(`2008-10-07T${time}:00+01:00`);
    const story = lived('backlog-2008', { minutes: 135, volume: 0.06 });
    const campaign = only(story);
    expect(campaign.title).toMatch(/^link/);
    expect(campaign.traits.join()).toMatch(/links to \S+\.example/);
    expect(campaign.firstSeenMs - at('21:20')).toBeLessThan(5 * MINUTE_MS);
    expect(Math.abs(campaign.lastSeenMs - at('23:04'))).toBeLessThan(5 * MINUTE_MS);
    expect(campaign.tenants.map(({ id }) => id)).not.toContain('aurora');
  }, 120_000);

  it('CMP-17: on a calm day there is none, and all of what was called spam is told as unclustered', () => {
    const story = lived('calm', { minutes: 60, volume: 0.3 });
    expect(story.most).toBe(0);
    const { messages, of } = story.part.view().unclustered;
    expect(messages).toBe(of);
    expect(messages).toBeGreaterThan(100);
  }, 120_000);
});
