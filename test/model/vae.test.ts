import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { InputError } from '../../src/core/errors';
import { Vae, type VaeOptions } from '../../src/model/vae';
import { gramVectors } from '../../src/motifs/gram';
import { coordinateScale, GramNormalizer } from '../../src/motifs/normalizer';
import { toyEnvironments } from './toy';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'vae-'));
afterAll(() => fs.rmSync(folder, { recursive: true }));

/** A model that was not trained but can be used, and some Gram vectors for it. */
function ready(options: VaeOptions = {}) {
  const atoms = options.atoms ?? 8;
  const grams = gramVectors(toyEnvironments(7, atoms, 2));
  const normalizer = GramNormalizer.fit(grams, atoms);
  return { vae: Vae.create({ seed: 3, normalizer, ...options }), grams };
}

describe('Vae', () => {
  it('is by default the network of the talk', () => {
    expect(Vae.create().config).toEqual({
      atoms: 8,
      hidden: [28, 18],
      latent: 8,
      decoder: 'gram',
      variational: true,
      activation: 'tanh',
    });
  });

  for (const atoms of [1, 2, 4, 8, 13]) {
    for (const decoder of ['gram', 'cartesian'] as const) {
      it(`encodes and decodes ${atoms} atoms with a ${decoder} decoder, each row on its own`, () => {
        const normalizer = new GramNormalizer(atoms, {
          meanDiagonal: 9,
          deviationDiagonal: 3,
          meanOffDiagonal: -0.6,
          deviationOffDiagonal: 5,
        });
        const { vae } = ready({ atoms, decoder, latent: 3, hidden: [6], normalizer });
        const grams = gramVectors(toyEnvironments(7, atoms, 2));
        const { mean, logVariance } = vae.encode(grams);
        expect([mean.length, logVariance.length]).toEqual([21, 21]);
        const decoded = vae.decode(mean);
        expect(decoded.length).toBe((7 * atoms * (atoms + 1)) / 2);
        const size = grams.length / 7;
        const alone = vae.encode(grams.subarray(2 * size, 3 * size)).mean;
        alone.forEach((value, k) => {
          expect(value).toBeCloseTo(mean[6 + k], 5);
        });
      });
    }
  }

  it('takes and gives Å²: the network itself sees normalized entries', () => {
    const { vae, grams } = ready();
    const normalizer = vae.normalizer as GramNormalizer;
    const direct = vae.engine.encode(vae.network(), normalizer.normalize(grams, new Float32Array(grams.length)));
    expect(vae.encode(grams).mean).toEqual(direct.mean);
    const output = vae.engine.decode(vae.network(), direct.mean);
    expect(vae.decode(direct.mean)).toEqual(normalizer.denormalize(output));
  });

  it('with a Cartesian decoder, decodes the Gram vectors of the coordinates it decodes', () => {
    const { vae, grams } = ready({ decoder: 'cartesian' });
    const { mean } = vae.encode(grams);
    const positions = vae.decodePositions(mean);
    expect(positions.length).toBe(7 * 24);
    expect(vae.decode(mean)).toEqual(gramVectors({ positions, n: 8, length: 7 }));
    const scale = coordinateScale(vae.network().normalization);
    expect(positions[5]).toBeCloseTo(scale * vae.engine.decode(vae.network(), mean)[5], 6);
  });

  it('as a plain autoencoder has log-variance zero', () => {
    const { vae, grams } = ready({ variational: false });
    expect(vae.encode(grams).logVariance.every((x) => x === 0)).toBe(true);
  });

  it('takes no rows', () => {
    const { vae } = ready();
    expect(vae.encode([]).mean.length).toBe(0);
    expect(vae.decode([]).length).toBe(0);
  });

  it.each([
    [{ atoms: 0 }, 'option atoms'],
    [{ hidden: [1.5] }, 'option hidden[0]'],
    [{ latent: 0 }, 'option latent'],
    [{ decoder: 'graph' }, 'option decoder'],
    [{ activation: 'relu' }, 'option activation'],
    [{ variational: 1 }, 'option variational'],
    [{ seed: Number.NaN }, 'option seed'],
    [{ layers: 3 }, 'option layers'],
    [{ atoms: 5, normalizer: ready().vae.normalizer }, 'option normalizer'],
  ])('refuses %j by name', (options, place) => {
    expect(() => Vae.create(options as VaeOptions)).toThrow(InputError);
    expect(() => Vae.create(options as VaeOptions)).toThrow(place);
  });

  it('refuses what is no engine', () => {
    expect(() => ready({ engine: 'abacus' as never })).toThrow(/option engine: found "abacus", expected an engine/);
  });

  it('refuses rows of the wrong length, entries that are not finite, and coordinates of a Gram decoder', () => {
    const { vae, grams } = ready();
    expect(() => vae.encode(grams.subarray(1))).toThrow(/grams length: found 251/);
    const broken = grams.slice();
    broken[9] = Number.NaN;
    expect(() => vae.encode(broken)).toThrow(/grams\[9\]: found NaN/);
    expect(() => vae.decode(new Float32Array(9))).toThrow(/latents length: found 9/);
    expect(() => vae.decode([...new Float32Array(7), Infinity])).toThrow(/latents\[7\]/);
    expect(() => vae.decodePositions(new Float32Array(8))).toThrow(/decoder: found 'gram'/);
  });

  it('refuses a Cartesian decoder whose unit of length, √(μ/3), is none', () => {
    const json = { meanDiagonal: 0, deviationDiagonal: 1, meanOffDiagonal: 0, deviationOffDiagonal: 1 };
    const normalizer = new GramNormalizer(4, json);
    const options = { atoms: 4, hidden: [6], latent: 2, normalizer };
    expect(() => Vae.create({ ...options, decoder: 'cartesian' }).decode([0, 0])).toThrow(
      'normalizer.meanDiagonal: found 0, expected a finite number above 0',
    );
    expect(Vae.create(options).decode([0, 0])).toHaveLength(10);
  });

  it('refuses work before it has a normalizer', () => {
    const vae = Vae.create();
    expect(() => vae.encode(new Float64Array(36))).toThrow(/no normalizer/);
    expect(() => vae.decode(new Float64Array(8))).toThrow(/no normalizer/);
    expect(() => vae.save(path.join(folder, 'untrained.json'))).toThrow(/no normalizer/);
    expect(fs.existsSync(path.join(folder, 'untrained.json'))).toBe(false);
  });
});

describe('a saved Vae', () => {
  it('gives the same outputs to the bit, and has the same metrics', () => {
    for (const options of [{}, { decoder: 'cartesian' }, { variational: false, hidden: [] }]) {
      const { vae, grams } = ready(options as VaeOptions);
      vae.metrics = { validation: 0.1 };
      const file = path.join(folder, 'model.json');
      vae.save(file);
      const back = Vae.load(file);
      expect(back.config).toEqual(vae.config);
      expect(back.parameters).toEqual(vae.parameters);
      expect(back.encode(grams)).toEqual(vae.encode(grams));
      expect(back.decode(vae.encode(grams).mean)).toEqual(vae.decode(vae.encode(grams).mean));
      expect(back.metrics).toEqual({ validation: 0.1 });
    }
  });

  it('is refused when it is not whole, not a model, or changed', () => {
    const { vae } = ready();
    const file = path.join(folder, 'broken.json');
    vae.save(file);
    const text = fs.readFileSync(file, 'utf8');
    const load = (changed: string) => () => {
      fs.writeFileSync(file, changed);
      return Vae.load(file);
    };
    expect(load(text.slice(0, -40))).toThrow(/broken.json: found text that is not whole JSON/);
    expect(load(text.replace('"latent":8', '"latent":7'))).toThrow(/checksum/);
    expect(load(text.replace('glassy-motifs model', 'another model'))).toThrow(/expected a file of format/);
    expect(load(text.replace('"version":1', '"version":9'))).toThrow(/version 9, expected version 1/);
    expect(load('{"layers": []}')).toThrow(InputError);
    expect(() => Vae.load(path.join(folder, 'none.json'))).toThrow(/ENOENT/);
  });
});
