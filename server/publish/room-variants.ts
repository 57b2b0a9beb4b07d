import type { RoomName } from '../../shared/protocol.ts';
import { AppError } from '../base/errors.ts';
import type { Principal } from '../base/permissions.ts';
import { audienceOf } from './audience.ts';
import type { LivePort, RoomsPort } from './port.ts';

/** A room as one audience sees it. On the wire it has the name of the room, whoever sees it. */
export interface Variant {
  /** Among the members' rooms; that of the room itself where everything is seen. */
  readonly name: string;
  readonly room: RoomName;
  readonly port: RoomsPort;
}

export interface RoomVariants {
  /** Which one the principal joins. */
  for(principal: Principal, room: RoomName): Variant;
  /** Undefined: no room of ours has this name. */
  named(name: string): Variant | undefined;
  /** Forgets those that nobody is in. */
  keep(isUsed: (name: string) => boolean): void;
}

/** Stands between audience and room; no room and no socket has it in its name. */
const MARK = '|';

/** Each room once for each audience that is in it. */
export function createRoomVariants(port: LivePort): RoomVariants {
  const variants = new Map<string, Variant>();
  const ports = new Map<string, RoomsPort>();

  return {
    for(principal, room) {
      const audience = audienceOf(principal, room);
      if (audience.key === '') return { name: room, room, port };
      const limited = ports.get(audience.key) ?? port.limited?.(audience);
      if (!limited && !room.startsWith('tenant:')) {
        throw new AppError('forbidden', `${room} is not granted: platform-not-granted`);
      }
      if (!limited) return { name: room, room, port };
      ports.set(audience.key, limited);
      const name = audience.key + MARK + room;
      const variant = { name, room, port: limited };
      variants.set(name, variant);
      return variant;
    },
    named: (name) => variants.get(name) ?? (isRoomName(name) ? { name, room: name, port } : undefined),
    keep(isUsed) {
      for (const name of variants.keys()) if (!isUsed(name)) variants.delete(name);
      const keys = new Set([...variants.keys()].map((name) => name.slice(0, name.indexOf(MARK))));
      for (const key of ports.keys()) if (!keys.has(key)) ports.delete(key);
    },
  };
}

/** Whether the name is that of one of our rooms; the adapter also keeps one room per socket, named by a colonless id. */
export function isRoomName(name: string): name is RoomName {
  return name === 'wall' || name === 'sources' || name === 'alarms' || name.startsWith('tenant:');
}
