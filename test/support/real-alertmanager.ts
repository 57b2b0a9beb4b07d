import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startChild, type Child } from './child.ts';
import { freePort } from './free-port.ts';
import { createTempDir } from './temp-dir.ts';
import { until } from './until.ts';

export interface RealAlertmanager {
  readonly url: string;
  /** Ends it, as an outage does; its storage stays. */
  halt(): Promise<void>;
  resume(): Promise<void>;
  /** Labels of the alerts that fire now. */
  firing(): Promise<readonly Readonly<Record<string, string>>[]>;
  stop(): Promise<void>;
}

/** An Alertmanager of its own on loopback, alone, that tells a webhook at once of what changes and repeats nothing. */
export async function startAlertmanager(hookUrl: string): Promise<RealAlertmanager> {
  const dir = createTempDir('alertmanager');
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const config = join(dir.path, 'alertmanager.yml');
  writeFileSync(
    config,
    `
route:
  receiver: hook
  group_by: ['...']
  group_wait: 0s
  group_interval: 1s
  repeat_interval: 24h
receivers:
  - name: hook
    webhook_configs: [{ url: '${hookUrl}', send_resolved: true }]
`,
  );
  let child: Child | undefined;
  const resume = async (): Promise<void> => {
    child = startChild('/usr/bin/prometheus-alertmanager', [
      `--config.file=${config}`,
      `--storage.path=${join(dir.path, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--cluster.listen-address=',
      '--log.level=warn',
    ]);
    const said = (): string => child?.stderr() ?? '';
    await until(async () => (await fetch(`${url}/-/ready`)).ok, { what: `the Alertmanager: ${said()}` });
  };
  const halt = async (): Promise<void> => child?.stop();
  await resume();
  return {
    url,
    halt,
    resume,
    async firing() {
      const alerts = (await (await fetch(`${url}/api/v2/alerts?active=true`)).json()) as {
        labels: Record<string, string>;
      }[];
      return alerts.map(({ labels }) => labels);
    },
    async stop() {
      await halt();
      dir.remove();
    },
  };
}
