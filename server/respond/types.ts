/** Telling people: what is planned, what waits, and what came of it. */
import type { AlarmPathReport, GroupView, OnCallView } from '../../shared/alarms.ts';
import type { Notice } from '../detect/alarms/types.ts';
import type { OutboxRow } from '../history/alarm-store.ts';

/** What was put into the outbox and what left it since the last time; to be kept together with what caused it. */
export interface OutboxChanges {
  readonly put: readonly OutboxRow[];
  readonly done: readonly string[];
}

export interface Responder {
  start(): void;
  /** What is being sent may end; the rest waits in the store. */
  stop(): Promise<void>;
  /**
   * Decides who is told of what, by the routes, the escalation and who is on call: in this turn, without I/O. What it puts
   * is sent only after `release`.
   */
  plan(notices: readonly Notice[], groups: readonly GroupView[], nowMs: number): void;
  take(): OutboxChanges;
  /** The rows with these ids are kept (or cannot be): they may leave. Without ids all that were taken up to now. */
  release(ids?: readonly string[]): void;
  report(nowMs: number): AlarmPathReport;
  onCall(nowMs: number): readonly OnCallView[];
  /** Texts to be kept by name since the last time (escalations, overrides). */
  takeKept(): Readonly<Record<string, string>>;
}
