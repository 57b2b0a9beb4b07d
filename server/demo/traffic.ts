import { guessPasswords, signIn } from './access.ts';
import { dayShare } from './day-curve.ts';
import { guessAddresses, refuseListed } from './hostile.ts';
import { bringHam, bringSpam } from './outside.ts';
import { startStream } from './stream.ts';
import { failToSubmit, submit } from './submission.ts';
import type { World } from './world.ts';

/** Per second over the whole platform in its busiest hour. */
const PER_SECOND = {
  inbound: 12.5,
  listed: 1.6,
  guessed: 0.35,
  submission: 5.2,
  access: 7,
  badSubmission: 0.02,
} as const;
/** Attacks do not sleep. */
const PASSWORD_ATTACKS = 0.01;

/** Starts what happens every day: mail in, mail out, people at their mailboxes, and the usual rabble. */
export function startTraffic(world: World, utcOffsetMinutes: number): void {
  const { directory, random } = world;
  const daily = (perSecond: number) => (nowMs: number) => perSecond * dayShare(nowMs, utcOffsetMinutes);
  const steady = (perSecond: number) => (nowMs: number) =>
    perSecond * (0.5 + dayShare(nowMs, utcOffsetMinutes) / 2);

  startStream(world, daily(PER_SECOND.inbound), () => {
    const domain = directory.domain();
    if (random.chance(domain.tenant.spamShare)) bringSpam(world, directory.exposed(domain), 'spam');
    else bringHam(world, domain);
  });
  startStream(world, daily(PER_SECOND.submission), () => submit(world, directory.domain()));
  startStream(world, daily(PER_SECOND.access), () => signIn(world, directory.mailbox(directory.domain())));
  startStream(world, daily(PER_SECOND.badSubmission), () =>
    failToSubmit(world, directory.mailbox(directory.domain())),
  );
  startStream(world, steady(PER_SECOND.listed), () =>
    refuseListed(world, directory.exposed(directory.domain())),
  );
  startStream(world, steady(PER_SECOND.guessed), () => guessAddresses(world, directory.domain()));
  startStream(world, steady(PASSWORD_ATTACKS), () =>
    guessPasswords(world, directory.mailbox(directory.domain())),
  );
}
