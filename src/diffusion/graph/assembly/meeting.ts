/** Threads that wait for each other. */

import { Job, team } from './layout';

/** Looks before a thread sleeps. */
const SPINS = 20000;

/** Waits until the integer at p has grown to `goal`. */
export function waitFor(p: usize, goal: i32): void {
  for (let spin = 0; spin < SPINS; spin++) if (atomic.load<i32>(p) >= goal) return;
  for (let now = atomic.load<i32>(p); now < goal; now = atomic.load<i32>(p)) atomic.wait<i32>(p, now, -1);
}

/** Waits until the whole team of a job has come as far. */
export function meet(job: Job): void {
  if (team === 1) return;
  const at = changetype<usize>(job) + offsetof<Job>('arrived');
  const before = atomic.add<i32>(at, 1);
  const goal = (before / team + 1) * team;
  if (before + 1 === goal) atomic.notify(at, -1);
  else waitFor(at, goal);
}
