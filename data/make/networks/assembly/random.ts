/** xoshiro128** 1.1, the generator of core/random.ts. */

import { log4 } from '../../../../src/model/engines/assembly/math';
import { search } from './layout';

export function draw(): u32 {
  const s1 = search.random1;
  const result = rotl<u32>(s1 * 5, 7) * 9;
  search.random2 ^= search.random0;
  search.random3 ^= s1;
  search.random1 = s1 ^ search.random2;
  search.random0 ^= search.random3;
  search.random2 ^= s1 << 9;
  search.random3 = rotl<u32>(search.random3, 11);
  return result;
}

/** Uniform in 0 … below − 1, without modulo bias. */
export function integer(below: u32): i32 {
  // 2³² mod below draws at the end of the range are one too many for some.
  const excess = (0 - below) % below;
  let drawn = draw();
  while (drawn > 0xffffffff - excess) drawn = draw();
  return drawn % below;
}

/** ln(1 − u) for a uniform u. */
export function logUniform(): f32 {
  const left = <f32>((4294967296.0 - <f64>draw()) / 4294967296.0);
  return f32x4.extract_lane(log4(f32x4.splat(left)), 0);
}
