import type { AlarmPathReport, GroupView } from '../../../shared/alarms.ts';
import type { Clock } from '../../base/clock.ts';
import { dependenceOf, withConfigured } from '../../base/config-notify-check.ts';
import type { NotifyConfig } from '../../base/config-notify.ts';
import { AppError, messageOf } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { WatchedPlatform } from '../../base/watched-platform.ts';
import type { KeptAlarms } from '../../history/alarm-store.ts';
import type { Responder } from '../types.ts';
import type { Channel } from './channels/channel.ts';
import { createChannel } from './channels/create-channel.ts';
import { createDeadMan } from './dead-man.ts';
import { createDispatcher } from './dispatcher.ts';
import { Outbox } from './outbox.ts';
import type { Message } from './message.ts';
import { createPathCheck } from './path-check.ts';
import { pathReport } from './path-report.ts';
import { NO_STATE, readState, writeState, type PlanState } from './plan-state.ts';
import { planTurn, type PlanInput } from './plan.ts';
import { resolveHost, type Resolve } from './reach.ts';
import { holdingMessages, testMessage } from './standing-messages.ts';
import type { OnCall, Policy } from './targets.ts';
import { createRepeater, systemTimers, type Timers } from './timers.ts';
import type { PlanDeps } from './turn.ts';
import { createTimeText, oneLine, type Style } from './wording.ts';

export interface ResponderDeps {
  /** With its secrets in place (`resolveNotify`). */
  readonly config: NotifyConfig;
  /** What is known of the watched platform, without what the configuration adds. */
  readonly platform: WatchedPlatform;
  readonly onCall: OnCall;
  /** Clock of the alarms; a demo's runs on its own. */
  readonly clock: Clock;
  readonly log: Log;
  readonly kept: Pick<KeptAlarms, 'outbox' | 'kept'>;
  /** Whether alarms are being evaluated. */
  readonly isAlive: () => boolean;
  readonly timers?: Timers;
  readonly random?: () => number;
  readonly resolve?: Resolve;
}

/** A responder that can try a channel out. */
export interface NotifyResponder extends Responder {
  /** Sends a test through one channel, and says what came of it. */
  test(channel: string, by: string): Promise<{ readonly ok: boolean; readonly reason: string }>;
}

/** Under this name planning keeps what it remembers. */
export const PLAN_KEPT = 'notify.plan';
const CHECK_MS = 60_000;

/** Everything that tells people of alarms. */
export function createResponder(deps: ResponderDeps): NotifyResponder {
  const { config, onCall, clock, log, kept, timers = systemTimers, random = Math.random } = deps;
  const nowMs = (): number => clock.now();
  const platform = withConfigured(config, deps.platform);
  const channels = new Map(
    config.channels.map((each) => [each.id, createChannel(each, { clock, wallMs: timers.wallMs })]),
  );
  const planDeps: PlanDeps = { policy: policyOf(config, platform), onCall, style: styleOf(config) };
  const outbox = new Outbox({ channels: [...channels.keys()], random });
  outbox.restore(kept.outbox, nowMs(), timers.monoMs());
  if (outbox.lost > 0) log.warn('outbox_rows_lost', { count: outbox.lost });
  const dispatcher = createDispatcher({ channels, outbox, timers, nowMs, log });
  const planner = createPlanner(planDeps, outbox, keptState(kept.kept[PLAN_KEPT], log));
  const watch = createPathWatch(deps, platform, timers);
  const repeaters = [
    ...watch.repeaters,
    ...[...channels.values()].flatMap(
      (channel) => refresher(channel, planner.holding, { timers, log }) ?? [],
    ),
  ];

  return {
    start() {
      dispatcher.start();
      for (const repeater of repeaters) repeater.start();
    },
    async stop() {
      for (const repeater of repeaters) repeater.stop();
      await dispatcher.stop();
    },
    plan: (notices, groups, atMs) => planner.plan({ notices, groups, nowMs: atMs }, timers.monoMs()),
    take: () => outbox.take(),
    release(ids) {
      outbox.release(ids);
      dispatcher.wake();
    },
    takeKept: () => planner.takeKept(),
    onCall: (atMs) => onCall.at(atMs),
    report: () => watch.report([...channels.values()], outbox),
    async test(id, by) {
      const channel = channels.get(id);
      if (channel === undefined) throw new AppError('not-found', `there is no channel '${id}'`);
      const outcome = await channel.send(testMessage(id, oneLine(by), nowMs(), planDeps.style));
      log.info('channel_tested', { source: id, outcome: outcome.kind });
      return outcome.kind === 'ok' ? { ok: true, reason: '' } : { ok: false, reason: outcome.reason };
    },
  };
}

/** What planning remembers between its turns. */
function createPlanner(planDeps: PlanDeps, outbox: Outbox, before: PlanState) {
  let state = before;
  let isChanged = false;
  let groups: readonly GroupView[] = [];
  const isWaiting = (channel: string, groupId: string): boolean => outbox.isWaiting(channel, groupId);
  return {
    plan(input: Pick<PlanInput, 'notices' | 'groups' | 'nowMs'>, monoMs: number): void {
      groups = input.groups;
      const plan = planTurn(state, { ...input, isWaiting, troubles: outbox.takeTroubles() }, planDeps);
      isChanged ||= isOther(state, plan.state);
      state = plan.state;
      outbox.put(plan.planned, input.nowMs, monoMs);
    },
    takeKept(): Readonly<Record<string, string>> {
      if (!isChanged) return {};
      isChanged = false;
      return { [PLAN_KEPT]: writeState(state) };
    },
    holding: (channel: string): readonly Message[] =>
      holdingMessages(channel, { state, groups, style: planDeps.style, isWaiting }),
  };
}

/** What a receiver would forget is said to it again. */
function refresher(
  { id, refresh }: Channel,
  holding: (channel: string) => readonly Message[],
  { timers, log }: { readonly timers: Timers; readonly log: Log },
) {
  if (refresh === undefined) return undefined;
  const run = async (): Promise<void> => {
    const messages = holding(id);
    if (messages.length === 0) return;
    const outcome = await refresh.run(messages);
    if (outcome.kind !== 'ok') log.warn('refresh_failed', { source: id, reason: outcome.reason });
  };
  return createRepeater(timers, refresh.everyMs, { run, onFault: faultOf(log) });
}

/** The checks that run beside the alarms, by real time. */
function createPathWatch(
  { config, clock, isAlive, resolve, log }: ResponderDeps,
  platform: WatchedPlatform,
  timers: Timers,
) {
  const nowMs = (): number => clock.now();
  const paths = createPathCheck({
    channels: config.channels,
    platform,
    timers,
    resolve: resolve ?? resolveHost,
  });
  const deadMan = config.deadMan && createDeadMan({ config: config.deadMan, isAlive, nowMs });
  const onFault = faultOf(log);
  let checkedAtMs: number | null = null;
  const check = async (): Promise<void> => {
    await paths.run();
    checkedAtMs = nowMs();
  };
  return {
    repeaters: [
      ...(config.channels.length === 0 ? [] : [createRepeater(timers, CHECK_MS, { run: check, onFault })]),
      ...(deadMan && config.deadMan
        ? [createRepeater(timers, config.deadMan.intervalSeconds * 1_000, { run: deadMan.ping, onFault })]
        : []),
    ],
    report: (channels: readonly Channel[], outbox: Outbox): AlarmPathReport =>
      pathReport({
        channels: channels.map((channel) => ({
          channel,
          finding: paths.finding(channel.id),
          lane: outbox.report(channel.id),
        })),
        checkedAtMs,
        deadMan: deadMan?.report() ?? null,
        lost: outbox.lost,
      }),
  };
}

/** None of the repeated tasks throws; if one does, that is a bug, and the next round comes all the same. */
function faultOf(log: Log): (error: unknown) => void {
  return (error) => log.error('repeated_task_failed', { error: messageOf(error) });
}

function policyOf({ routes, escalation, channels }: NotifyConfig, platform: WatchedPlatform): Policy {
  return {
    routes,
    steps: [...escalation.steps].sort((a, b) => a.afterMinutes - b.afterMinutes),
    repeatMs: escalation.repeatMinutes * 60_000,
    escalated: escalation.priority,
    channels: channels.map((channel) => ({
      id: channel.id,
      type: channel.type,
      isIndependent: dependenceOf(channel, platform)?.reach !== 'whole',
    })),
  };
}

function styleOf({ link, timezone }: NotifyConfig): Style {
  return {
    link: link ?? null,
    timeText: createTimeText(timezone ?? new Intl.DateTimeFormat().resolvedOptions().timeZone),
  };
}

function keptState(text: string | undefined, log: Log): PlanState {
  if (text === undefined) return NO_STATE;
  const state = readState(text);
  if (state === undefined) log.error('plan_state_unreadable', {});
  return state ?? NO_STATE;
}

/** The time of the last turn alone is no reason to write. */
function isOther(before: PlanState, after: PlanState): boolean {
  const [a, b] = [Object.entries(before.entries), after.entries];
  return (
    before.floodSeenMs !== after.floodSeenMs ||
    a.length !== Object.keys(b).length ||
    a.some(([id, entry]) => b[id] !== entry)
  );
}
