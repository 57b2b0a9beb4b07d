import type { AlarmsPort } from './alarms-port.ts';

/** The alarms of whatever runs now: a demo makes new ones with each scenario. */
export function currentAlarms(now: () => AlarmsPort): AlarmsPort {
  return {
    snapshot: () => now().snapshot(),
    lookup: () => now().lookup(),
    strip: () => now().strip(),
    delta: () => now().delta(),
    stripDelta: () => now().stripDelta(),
    act: (action) => now().act(action),
    record: (query) => now().record(query),
    kpis: (fromMs, toMs) => now().kpis(fromMs, toMs),
    rules: {
      read: () => now().rules.read(),
      title: (rule) => now().rules.title(rule),
      check: (text) => now().rules.check(text),
      write: (save) => now().rules.write(save),
      version: (version) => now().rules.version(version),
    },
    backTests: {
      start: (request) => now().backTests.start(request),
      report: (id) => now().backTests.report(id),
      cancel: (id) => now().backTests.cancel(id),
    },
    onCall: {
      at: (atMs) => now().onCall.at(atMs),
      people: () => now().onCall.people(),
      overrides: () => now().onCall.overrides(),
      override: (override) => now().onCall.override(override),
      endOverride: (id, by) => now().onCall.endOverride(id, by),
    },
    acceptAlertmanager: (body) => now().acceptAlertmanager(body),
    test: (channel, by) => now().test(channel, by),
  };
}
