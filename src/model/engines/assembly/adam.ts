/** Sum of the groups' gradients, and Adam (Kingma & Ba, arXiv:1412.6980), on one slice of the parameters. */

import { madd, splat } from './math';
import { Network } from './network';
import { Session } from './train';

const BETA1: f32 = 0.9;
const BETA2: f32 = 0.999;
const EPSILON: f32 = 1e-8;

/** The four lane sums of four registers. */
function laneSums(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = f32x4.add(v128.shuffle<i32>(a, b, 0, 4, 1, 5), v128.shuffle<i32>(a, b, 2, 6, 3, 7));
  const cd = f32x4.add(v128.shuffle<i32>(c, d, 0, 4, 1, 5), v128.shuffle<i32>(c, d, 2, 6, 3, 7));
  return f32x4.add(v128.shuffle<i32>(ab, cd, 0, 1, 4, 5), v128.shuffle<i32>(ab, cd, 2, 3, 6, 7));
}

/** gradient[start … stop) from the accumulators, which are cleared. */
export function gatherGradient(session: Session, network: Network, start: i32, stop: i32): void {
  const stride = ((<usize>network.parameterCount) << 4) + 64;
  const zero = splat(0);
  // A slice's last register may reach past the parameters, into the padding, which stays zero.
  for (let k = start; k < stop; k += 4) {
    let p = session.accumulators + ((<usize>k) << 4);
    let a = zero;
    let b = zero;
    let c = zero;
    let d = zero;
    for (let group = 0; group < session.groups; group++, p += stride) {
      a = f32x4.add(a, v128.load(p));
      b = f32x4.add(b, v128.load(p, 16));
      c = f32x4.add(c, v128.load(p, 32));
      d = f32x4.add(d, v128.load(p, 48));
      v128.store(p, zero);
      v128.store(p, zero, 16);
      v128.store(p, zero, 32);
      v128.store(p, zero, 48);
    }
    v128.store(session.gradient + ((<usize>k) << 2), laneSums(a, b, c, d));
  }
}

export function adam(session: Session, network: Network, start: i32, stop: i32, step: i32): void {
  const rates = session.rates + <usize>(step % session.rateCount) * 12;
  const rate = splat(load<f32>(rates));
  const firstCorrection = splat(load<f32>(rates, 4));
  const secondCorrection = splat(load<f32>(rates, 8));
  const keep1 = splat(BETA1);
  const keep2 = splat(BETA2);
  const take1 = splat(<f32>1 - BETA1);
  const take2 = splat(<f32>1 - BETA2);
  const epsilon = splat(EPSILON);
  for (let k = (<usize>start) << 2; k < (<usize>stop) << 2; k += 16) {
    const g = v128.load(session.gradient + k);
    const m = madd(keep1, v128.load(session.firstMoment + k), f32x4.mul(take1, g));
    const v = madd(keep2, v128.load(session.secondMoment + k), f32x4.mul(take2, f32x4.mul(g, g)));
    v128.store(session.firstMoment + k, m);
    v128.store(session.secondMoment + k, v);
    const size = f32x4.add(f32x4.sqrt(f32x4.mul(v, secondCorrection)), epsilon);
    const change = f32x4.div(f32x4.mul(rate, f32x4.mul(m, firstCorrection)), size);
    const p = network.parameters + k;
    v128.store(p, f32x4.sub(v128.load(p), change));
  }
}
