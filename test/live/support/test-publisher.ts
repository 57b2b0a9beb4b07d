import { Registry } from 'prom-client';
import { onTestFinished } from 'vitest';
import { silentLog } from '../../../server/base/log.ts';
import { createTelemetry } from '../../../server/base/telemetry.ts';
import { type Publisher, type PublisherDeps, createPublisher } from '../../../server/publish/server.ts';
import { type FakePlatform, createFakePlatform } from './fake-platform.ts';
import { type TestScreen, connectScreen } from './test-screen.ts';

export interface TestPublisher extends Publisher {
  readonly url: string;
  readonly platform: FakePlatform;
  readonly registry: Registry;
  /** The pipeline's second: the next state and its frames in one turn. */
  tick(): void;
  connect(options?: Parameters<typeof connectScreen>[1]): Promise<TestScreen>;
}

/** A real server on a free port over a fake platform; it and its screens are gone when the test is. */
export async function startPublisher(
  overrides: Partial<PublisherDeps> = {},
  platform: FakePlatform = createFakePlatform(3),
): Promise<TestPublisher> {
  const registry = new Registry();
  const telemetry = createTelemetry(silentLog, registry);
  const publisher = createPublisher({
    ...{ host: '127.0.0.1', port: 0, distDir: '/nonexistent', log: silentLog, telemetry, registry },
    ...{ live: platform, query: platform.query, health: platform.health },
    ...overrides,
  });
  const url = await publisher.start();
  const screens: TestScreen[] = [];
  onTestFinished(async () => {
    screens.forEach(({ socket }) => socket.disconnect());
    await publisher.stop();
  });
  return {
    ...publisher,
    ...{ url, platform, registry },
    tick() {
      platform.advance();
      publisher.hub.tick();
    },
    async connect(options) {
      const screen = await connectScreen(url, options);
      screens.push(screen);
      return screen;
    },
  };
}

/** The value of one series, undefined where there is none. */
export async function metric(
  registry: Registry,
  name: string,
  labels: Record<string, string> = {},
): Promise<number | undefined> {
  const found = await registry.getSingleMetric(name)?.get();
  const wanted = Object.entries(labels);
  return found?.values.find((value) =>
    wanted.every(([key, text]) => String((value.labels as Record<string, unknown>)[key]) === text),
  )?.value;
}
