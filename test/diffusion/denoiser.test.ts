import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRng, InputError } from '../../src/core';
import { Denoiser, type DenoiserOptions } from '../../src/diffusion/denoiser';
import { graphConfig } from '../../src/diffusion/graph/config';
import { FusedGraph } from '../../src/diffusion/graph/fused';
import type { GraphEngine } from '../../src/diffusion/graph/network';
import { atomCount, readCells, type Structure } from '../../src/structures';
import { loadTensorFlow } from '../model/engines/tensorflowRuntime';
import { referenceGraphEngine } from './graph/reference';
import { CONDITIONS, randomRotation, relativeError, toyNoise, toyStructure, turned } from './graph/toy';

const small = { species: ['Si'], channels: 8, layers: 2, cutoff: 4, radial: 4, noiseLevels: 5 };
const two = { ...small, species: ['Si', 'O'] };
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'denoiser-'));
const at = (name: string): string => path.join(folder, name);
const open: Denoiser[] = [];

afterAll(() => {
  for (const denoiser of open) denoiser.dispose();
  fs.rmSync(folder, { recursive: true });
});

/** A denoiser that is disposed of after the tests. */
function create(options: DenoiserOptions): Denoiser {
  const denoiser = Denoiser.create(options);
  open.push(denoiser);
  return denoiser;
}

describe('Denoiser.create', () => {
  it('has the same parameters from the same seed, others from others', () => {
    expect(create({ ...small, seed: 3 }).parameters).toEqual(create({ ...small, seed: 3 }).parameters);
    expect(create(small).parameters).toEqual(create({ ...small, seed: 0 }).parameters);
    expect(create({ ...small, seed: createRng(3) }).parameters).toEqual(create({ ...small, seed: 3 }).parameters);
    expect(create({ ...small, seed: 4 }).parameters).not.toEqual(create({ ...small, seed: 3 }).parameters);
  });

  it.each<[string, DenoiserOptions]>([
    ['channels', { channels: 12 }],
    ['layers', { layers: 0 }],
    ['lMax', { lMax: 3 as 2 }],
    ['cutoff', { cutoff: -1 }],
    ['species', { species: [] }],
    ['chanels', { chanels: 8 } as DenoiserOptions],
  ])('names the wrong option %s', (name, options) => {
    expect(() => Denoiser.create(options)).toThrow(InputError);
    expect(() => Denoiser.create(options)).toThrow(new RegExp(`^option ${name}: found`));
  });

  it('names a wrong seed and a wrong engine', () => {
    expect(() => Denoiser.create({ ...small, seed: NaN })).toThrow(/^seed: found NaN/);
    expect(() => create({ ...small, engine: 'abacus' as never })).toThrow(/^option engine: found "abacus"/);
  });
});

describe('a denoiser told conditions', () => {
  const conditional = create({ ...two, conditions: CONDITIONS, seed: 2 });
  const told = { cooling_rate: 10, density: 2 };
  const structure = toyStructure(createRng(4), 12);
  const noise = toyNoise(createRng(5), 12);
  const by = (denoiser: Denoiser, known?: Structure): Float32Array => denoiser.estimate([structure], [noise], known)[0];

  it('estimates by them, and by guidance as far beyond as it says', () => {
    const [open, full, half] = [conditional, conditional.under(told), conditional.under(told, 0.5)].map((d) => by(d));
    expect(relativeError(full, open)).toBeGreaterThan(1e-3);
    const between = open.map((v, i) => v + 0.5 * (full[i] - v));
    expect(relativeError(half, between)).toBeLessThan(1e-6);
    expect(by(conditional.under(told, 0))).toEqual(open);
    expect(by(conditional.under({ ...told, density: 3 }))).not.toEqual(full);
  });

  it('estimates the same around known atoms', () => {
    const first = { ...structure, species: structure.species.slice(0, 5), positions: structure.positions.slice(0, 15) };
    noise.fill(0, 0, 5);
    noise.fill(0.3, 5);
    for (const guidance of [1, 2]) {
      const denoiser = conditional.under(told, guidance);
      for (let call = 0; call < 2; call++) expect(by(denoiser, first)).toEqual(by(denoiser));
    }
  });

  it('comes back from its file with them', () => {
    conditional.save(at('conditional.json'));
    const back = Denoiser.load(at('conditional.json'));
    open.push(back);
    expect(back.config.conditions).toEqual(CONDITIONS);
    expect(by(back.under(told))).toEqual(by(conditional.under(told)));
  });

  it('without conditions is itself under none, learns some at first without effect, and refuses others by name', () => {
    const bare = create({ ...two, seed: 3 });
    expect(bare.under({})).toBe(bare);
    expect(() => bare.under(told)).toThrow('option conditions: found cooling_rate');
    expect(() => conditional.under({ density: 2 })).toThrow('option conditions.cooling_rate: found none');
    expect(() => conditional.under(told, Number.NaN)).toThrow('option guidance');
    const learning = bare.withConditions(CONDITIONS);
    open.push(learning);
    expect(by(learning.under(told))).toEqual(by(bare));
  });
});

describe('a saved denoiser', () => {
  const saved = (name: string): { file: string; denoiser: Denoiser } => {
    const denoiser = create({ ...two, seed: 5 });
    denoiser.parameters[7] = -0;
    denoiser.metrics = { validation: 0.1 + 0.2 };
    denoiser.provenance = {
      library: '0.1.0',
      engine: 'wasm',
      train: ['a'],
      validation: ['b'],
      options: { seed: 1 },
      steps: 3,
    };
    denoiser.save(at(name));
    return { file: at(name), denoiser };
  };

  it('comes back to the bit, with all that is known of it, and estimates the same', () => {
    const { file, denoiser } = saved('a.json');
    const back = Denoiser.load(file, { engine: new FusedGraph(denoiser.config, 1) });
    open.push(back);
    expect(new Uint32Array(back.parameters.buffer)).toEqual(new Uint32Array(denoiser.parameters.buffer));
    const known = ({ config, metrics, provenance }: Denoiser): object => ({ config, metrics, provenance });
    expect(known(back)).toEqual(known(denoiser));
    const structure = toyStructure(createRng(1), 6);
    const noise = toyNoise(createRng(2), 6);
    expect(back.estimate([structure], [noise])).toEqual(denoiser.estimate([structure], [noise]));
    back.save(at('b.json'));
    expect(fs.readFileSync(at('b.json'))).toEqual(fs.readFileSync(file));
  });

  it('knows nothing of its training before it is trained', () => {
    create(small).save(at('new.json'));
    const { provenance, metrics } = Denoiser.load(at('new.json'));
    expect([provenance, metrics]).toEqual([null, {}]);
  });

  it('is refused if the file is damaged, of another kind or version, or missing', () => {
    const text = fs.readFileSync(saved('c.json').file, 'utf8');
    const load = (content: string) => () => {
      fs.writeFileSync(at('broken.json'), content);
      return Denoiser.load(at('broken.json'));
    };
    expect(load(text.slice(0, -40))).toThrow(/broken.json: found text that is not whole JSON/);
    expect(load(text.replace('"layers":2', '"layers":3'))).toThrow(/broken.json: found content with checksum/);
    expect(load(text.replace('glassy-motifs denoiser', 'glassy-motifs model'))).toThrow(
      /broken.json: found format "glassy-motifs model", expected a file of format 'glassy-motifs denoiser'/,
    );
    expect(load(text.replace('"version":1', '"version":9'))).toThrow(/version 9, expected version 1/);
    for (const other of ['null', '[]', '{"layers": []}']) expect(load(other)).toThrow(InputError);
    expect(() => Denoiser.load(at('none.json'))).toThrow(/none.json: found ENOENT/);
  });

  it('names an unknown option of load', () => {
    const { file } = saved('d.json');
    expect(() => Denoiser.load(file, { engin: 'wasm' } as object)).toThrow(/^option engin: found an unknown name/);
  });
});

describe('estimate', () => {
  it('is the same to the bit where known atoms are given once, on either engine', () => {
    const rng = createRng(3);
    const known = toyStructure(rng, 9);
    const structures = [1, 2].map((count) => {
      const others = toyStructure(rng, count);
      const positions = Float64Array.of(...known.positions, ...others.positions);
      return { ...known, species: [...known.species, ...others.species], positions };
    });
    const noise = structures.map(({ species }) => new Float32Array(species.length).fill(0.5, 9));
    for (const createEngine of [() => undefined, referenceGraphEngine]) {
      const denoiser = create({ ...two, engine: createEngine(graphConfig(two)) });
      const expected = denoiser.estimate(structures, noise);
      for (let call = 0; call < 2; call++) expect(denoiser.estimate(structures, noise, known)).toEqual(expected);
      const moved = structures.map((structure) => ({ ...structure, positions: structure.positions.slice() }));
      for (const { positions } of [known, ...moved]) positions[4] += 0.1;
      const after = denoiser.estimate(moved, noise);
      expect(denoiser.estimate(moved, noise, known)).toEqual(after);
      known.positions[4] = structures[0].positions[4];
      expect(() => denoiser.estimate([known], [new Float32Array(9).fill(1)], known)).toThrow(/^atom 0: found another/);
      expect(() => denoiser.estimate([known], [], known)).toThrow(/^noise: found 0 arrays/);
    }
  });

  const cells = readCells();

  it('turns with a real cell, and does not see where its origin lies', () => {
    const [cell] = cells;
    const denoiser = create({ ...small, seed: 1 });
    const rng = createRng(4);
    const noise = toyNoise(rng, atomCount(cell));
    for (const improper of [false, true]) {
      const Q = randomRotation(rng, improper);
      const shift = [3.3, -20, 0.1];
      const moved: Structure = {
        ...cell,
        lattice: turned(cell.lattice, Q),
        positions: turned(cell.positions, Q).map((x, k) => x + shift[k % 3]),
      };
      const [as, turnedAs] = denoiser.estimate([cell, moved], [noise, noise]);
      expect(relativeError(turnedAs, turned(as, Q))).toBeLessThan(1e-4);
      expect(Math.hypot(...as)).toBeGreaterThan(1);
    }
  });

  it('of structures of different sizes in one call is that of each alone', () => {
    const denoiser = create({ ...two, seed: 2 });
    const rng = createRng(1);
    const structures = [5, 0, 1, 17].map((count) => toyStructure(rng, count));
    const noise = structures.map((structure) => toyNoise(rng, atomCount(structure)));
    const together = denoiser.estimate(structures, noise);
    expect(together.map((vectors) => vectors.length)).toEqual([15, 0, 3, 51]);
    structures.forEach((structure, k) => {
      expect(denoiser.estimate([structure], [noise[k]])[0]).toEqual(together[k]);
    });
    expect(denoiser.estimate([], [])).toEqual([]);
  });

  it('depends on the noise level that it is told', () => {
    const denoiser = create({ ...two, seed: 2 });
    const structure = toyStructure(createRng(1), 8);
    const levels = [0.02, 0.1, 0.5].map((sigma) => new Float32Array(8).fill(sigma));
    const found = denoiser.estimate([structure, structure, structure], levels);
    expect(relativeError(found[1], found[0])).toBeGreaterThan(0.01);
    expect(relativeError(found[2], found[1])).toBeGreaterThan(0.01);
  });

  it('goes on after dispose, by the engine that was asked for', () => {
    const engine = new FusedGraph(Denoiser.create(two).config, 1);
    const denoiser = create({ ...two, engine });
    const structure = toyStructure(createRng(1), 4);
    const before = denoiser.estimate([structure], [new Float32Array(4).fill(1)]);
    denoiser.dispose();
    expect(denoiser.estimate([structure], [new Float32Array(4).fill(1)])).toEqual(before);
    expect(denoiser.engine).toBe(engine);
  });

  it('names noise that does not fit, and elements that the network does not know', () => {
    const denoiser = create(small);
    const [cell] = cells;
    expect(() => denoiser.estimate([cell], [])).toThrow(/^noise: found 0 arrays, expected 1/);
    expect(() => denoiser.estimate([cell], [new Float32Array(2)])).toThrow(/^noise: found 2 numbers, expected 512/);
    const germanium = { ...toyStructure(createRng(1), 2), species: ['Si', 'Ge'] };
    expect(() => denoiser.estimate([germanium], [new Float32Array(2)])).toThrow(/^atom 1: found Ge/);
  });
});

describe('the engine of a denoiser', () => {
  beforeAll(() => loadTensorFlow().ready);

  it('is the fused one unless asked otherwise; both estimate alike', () => {
    const structure = toyStructure(createRng(1), 7);
    const noise = toyNoise(createRng(2), 7);
    const engines = [undefined, referenceGraphEngine(graphConfig(two))];
    const [fused, reference] = engines.map((engine) => create({ ...two, seed: 1, engine }));
    expect([fused, reference].map(({ engine }) => engine.name)).toEqual(['wasm', 'tensorflow']);
    const [expected] = reference.estimate([structure], [noise]);
    expect(relativeError(fused.estimate([structure], [noise])[0], expected)).toBeLessThan(1e-4);
  });

  it('may be one of one’s own', () => {
    const engine: GraphEngine = {
      name: 'wasm',
      description: 'ones',
      predict: (_, graphs) => graphs.map(({ species }) => new Float32Array(3 * species.length).fill(1)),
      lossAndGradient: () => ({ loss: 0, gradient: new Float32Array(0) }),
      dispose: () => {},
    };
    const denoiser = create({ ...two, engine });
    expect(denoiser.estimate([toyStructure(createRng(1), 1)], [new Float32Array(1)])).toEqual([
      Float32Array.of(1, 1, 1),
    ]);
  });
});
