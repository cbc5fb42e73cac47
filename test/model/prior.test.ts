import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { describe, expect, it } from 'vitest';
import { createRng } from '../../src/core/random';
import { sampleMotifs } from '../../src/generate/sample';
import { denoiseLatents, trainPrior } from '../../src/model/prior';
import { Vae } from '../../src/model/vae';
import { GramNormalizer } from '../../src/motifs/normalizer';
import { madeMotifs } from '../../src/motifs/select';

const MOTIFS = 600;
const QUICK = { epochs: 4, stepsPerEpoch: 150, hidden: [32, 32], seed: 1 };

/** A model of two latents whose posteriors are narrow about the means given here, one for each motif. */
function modelOf(mean: (m: number) => [number, number]): Vae {
  const normalizer = new GramNormalizer(2, {
    ...{ meanDiagonal: 5, deviationDiagonal: 1, meanOffDiagonal: 0, deviationOffDiagonal: 1 },
  });
  const vae = Vae.create({ atoms: 2, latent: 2, hidden: [8], normalizer });
  vae.encode = (grams) => {
    const count = grams.length / 3;
    return {
      mean: Float32Array.from(Array.from({ length: count }, (_, m) => mean(m)).flat()),
      logVariance: new Float32Array(2 * count).fill(-9),
    };
  };
  return vae;
}

const motifs = madeMotifs({ n: 2, length: MOTIFS, positions: new Float64Array(6 * MOTIFS).fill(1) }, 'Si');

async function learn(vae: Vae, options = {}): Promise<number> {
  let last = Number.NaN;
  for await (const { reconstruction } of trainPrior(vae, { train: motifs }, { ...QUICK, ...options })) {
    last = reconstruction;
  }
  return last;
}

describe('trainPrior', () => {
  it('denoises normal latents as in closed form: D(z; σ) = z / (1 + σ²), in units of their deviations', async () => {
    const rng = createRng(3);
    const drawn = Array.from({ length: 2 * MOTIFS }, () => 3 + 0.5 * rng.normal());
    const vae = modelOf((m) => [drawn[2 * m], drawn[2 * m + 1]]);
    await learn(vae);
    const { prior } = vae;
    if (!prior) throw new Error('no prior');
    expect(prior.mean[0]).toBeCloseTo(3, 1);
    expect(prior.deviation[1]).toBeCloseTo(0.5, 1);
    for (const sigma of [0.2, 1, 3]) {
      const z = Float64Array.from([1, -0.5, 0, 0.7]);
      denoiseLatents(vae, prior, z, sigma).forEach((value, k) => {
        expect(Math.abs(value - z[k] / (1 + sigma ** 2))).toBeLessThan(0.15);
      });
    }
  });

  it('draws from both of two far places, in their shares, and not from between', async () => {
    const vae = modelOf((m) => (m % 4 === 0 ? [-2, 0.1 * Math.sin(m)] : [2, 0.1 * Math.cos(m)]));
    await learn(vae);
    const { latents } = sampleMotifs(vae, 400, { seed: 2 });
    const first = Array.from(latents).filter((_, k) => k % 2 === 0);
    expect(first.filter((z) => Math.abs(Math.abs(z) - 2) > 0.5).length).toBeLessThan(20);
    const share = first.filter((z) => z < 0).length / first.length;
    expect(share).toBeGreaterThan(0.1);
    expect(share).toBeLessThan(0.45);
    const normal = Array.from(sampleMotifs(vae, 400, { prior: 'normal', seed: 2 }).latents);
    expect(normal.filter((z) => Math.abs(z) < 1).length).toBeGreaterThan(400);
  });

  it('is the same for the same seed, and is kept in the file', async () => {
    const [a, b] = [0, 1].map(() => modelOf((m) => [Math.sin(m), Math.cos(m)]));
    for (const vae of [a, b]) await learn(vae, { epochs: 1 });
    expect(a.prior).toEqual(b.prior);
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'prior-'));
    const file = path.join(folder, 'model.json');
    a.save(file);
    const loaded = Vae.load(file);
    expect(loaded.prior).toEqual(a.prior);
    expect(sampleMotifs(loaded, 5, { seed: 1 })).toEqual(sampleMotifs(a, 5, { seed: 1 }));
    Object.assign(a.prior ?? {}, { mean: [0] });
    a.save(file);
    expect(() => Vae.load(file)).toThrow('prior.mean');
    fs.rmSync(folder, { recursive: true });
  });

  it('stops when asked, and keeps what is reached', async () => {
    const vae = modelOf((m) => [Math.sin(m), Math.cos(m)]);
    let epochs = 0;
    const options = { ...QUICK, epochs: 50, stepsPerEpoch: 5, onProgress: () => ++epochs < 2 };
    for await (const _ of trainPrior(vae, { train: motifs }, options));
    expect(epochs).toBe(2);
    expect(vae.prior).not.toBeNull();
  });

  it('refuses what it does not know, and drawing from a prior that is not there', async () => {
    const vae = modelOf(() => [0, 0]);
    await expect(learn(vae, { beta: 1 })).rejects.toThrow('beta');
    expect(() => trainPrior(vae, { train: motifs }, { hiden: [8] } as object)).toThrow('hiden');
    expect(() => sampleMotifs(vae, 3, { prior: 'learned' })).toThrow('trainPrior');
  });
});
