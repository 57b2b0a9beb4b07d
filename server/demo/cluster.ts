import { createFilter } from './filter.ts';
import { Lane } from './lane.ts';
import type { Route } from './lane.ts';
import { createLineLog } from './line-log.ts';
import type { Recipient } from './message.ts';
import { writeNotice } from './notice.ts';
import { longQueueId } from './queue-id.ts';
import { Queue } from './queue.ts';
import { remoteRoute, storeRoute } from './routes.ts';
import { createReceiver } from './session.ts';
import type { ClusterId } from './tenants.ts';
import type { Cluster, Host, World } from './world.ts';

/** Median time to store one message on a quiet day. */
export const STORE_SERVICE_MS = 45;
/** `default_destination_concurrency_limit`. */
const SLOTS = 20;
const NUMBER: Readonly<Record<ClusterId, number>> = { A: 1, B: 2, C: 3 };

/** A cluster in good health. */
export function createCluster(world: World, id: ClusterId, utcOffsetMinutes: number): Cluster {
  const host = createHost(world, id, utcOffsetMinutes);
  const lanes = new Map<string, Lane>();
  const queue: Queue = new Queue({
    world,
    host,
    lane: (key, recipient) => lanes.get(key) ?? addLane(key, recipient),
    notify(message) {
      const notice = writeNotice(world, host, message);
      if (notice) queue.accept(notice, false);
    },
  });

  function addLane(key: string, { target }: Recipient): Lane {
    const { scheduler, random } = world;
    const service = key === 'store' ? 'lmtp' : 'smtp';
    const onResult = queue.onResult.bind(queue);
    const lane = new Lane({
      scheduler,
      random,
      log: host.log,
      service,
      slots: SLOTS,
      route: routeTo(target),
      onResult,
    });
    lanes.set(key, lane);
    return lane;
  }

  function routeTo(target: Recipient['target']): Route {
    return target.kind === 'remote' ? remoteRoute(world, target.remote) : storeRoute(world, host);
  }

  return { ...host, queue, receive: createReceiver(world, host, queue) };
}

function createHost(world: World, id: ClusterId, utcOffsetMinutes: number): Host {
  const { scheduler, random, tally } = world;
  const letter = id.toLowerCase();
  const number = NUMBER[id];
  const name = `mx-${letter}`;
  const log = createLineLog(scheduler, name, utcOffsetMinutes);
  const filterLog = createLineLog(scheduler, name, 0);
  let inode = 1_300_000 + 79_193 * number;
  return {
    id,
    name,
    fqdn: `${name}.mailhub.example`,
    ip: `10.20.${number}.2`,
    log,
    filterLog,
    filter: createFilter({ scheduler, random, tally, log: filterLog }),
    store: {
      relay: `store-${letter}.mailhub.example[10.20.${number}.10]:24`,
      state: 'up',
      serviceMs: STORE_SERVICE_MS,
    },
    rules: { blockListShare: 0.85 },
    qmgr: (text) => log.syslog('postfix/qmgr', 1_480 + number, text),
    postsuper: (text) => log.syslog('postfix/postsuper', 6_200 + number, text),
    newQueueId() {
      inode = inode > 6_500_000 ? 1_300_003 : inode + 1;
      const us = log.nextUs();
      return { id: longQueueId(us, inode), us };
    },
  };
}
