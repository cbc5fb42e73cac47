import * as fs from 'node:fs';
import * as path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Denoiser, infillSites, infillStructure } from '../../src/diffusion';
import { coordination } from '../../src/evaluate';
import { siliconStillingerWeber } from '../../src/materials';
import { modelFile } from '../../src/model';
import { parseExtxyz } from '../../src/structures/extxyzRead';
import { writeExtxyz } from '../../src/structures/extxyzWrite';
import { distancesTo } from '../../src/structures/nearestAtoms';
import { relaxStructure } from '../../src/structures/potential/relax';
import { readExtxyz } from '../../src/structures/readStructures';
import { withoutAtoms } from '../../src/structures/selection';
import type { Structure } from '../../src/structures/structure';
import { crystal, DIAMOND } from '../evaluate/helpers';
import { runHere as run } from './here';
import { temporaryFolder } from './process';
import { toyCell } from './toy';

const before = process.cwd();
const CELL = path.join(__dirname, '..', '..', 'data', 'a-si', 'a-si-512-10.extxyz');
const FIXTURES = path.join(__dirname, '..', 'fixtures', 'structures');
const QUICK = '--samples 2 --steps 2';
let folder: string;

beforeAll(async () => {
  folder = temporaryFolder();
  process.chdir(folder);
  fs.copyFileSync(CELL, 'cell.extxyz');
  writeExtxyz('toys.extxyz', [toyCell('a', 1), toyCell('b', 2)]);
  writeExtxyz('ge.extxyz', [toyCell('g', 1, ['Ge'])]);
  writeExtxyz('free.extxyz', [{ ...toyCell('f', 1), lattice: new Float64Array(9), pbc: [false, false, false] }]);
  writeExtxyz('one.extxyz', [single()]);
  const small = { channels: 8, layers: 1, cutoff: 3, radial: 4, noiseLevels: 5, neighbors: 8 };
  Denoiser.create({ ...small, species: ['Ge'] }).save('ge.json');
  Denoiser.create({ ...small, species: ['Si', 'O'] }).save('two.json');
  await run('extract toys.extxyz -o motifs.extxyz');
});
afterAll(() => {
  process.chdir(before);
  fs.rmSync(folder, { recursive: true, force: true });
});

function single(): Structure {
  return { ...toyCell('one', 1), species: ['Si'], positions: Float64Array.of(1, 2, 3) };
}

/** What a command line wrote to standard output and said, here on standard error. */
async function filled(line: string): Promise<{ frames: Structure[]; told: string }> {
  const { code, stdout, told, complaints } = await run(`fill ${line} -o -`);
  expect({ code, complaints }).toEqual({ code: 0, complaints: [] });
  return { frames: parseExtxyz(stdout), told };
}

describe('fill', () => {
  it('puts an atom taken out of the held-out cell back within 0.5 Å, and says so', async () => {
    const [whole] = readExtxyz('cell.extxyz');
    const { frames, told } = await filled(
      'cell.extxyz --remove 17 --samples 2 --steps 10 --seed 1 --potential stillinger-weber',
    );
    const [frame] = frames;
    const off = distancesTo(whole, frame.positions.slice(3 * 511))[17];
    expect(off).toBeLessThan(0.5);
    expect(told).toMatch(
      /^1 filled structures to standard output\nanswer 1: agreement \S+, residual \S+ Å, -\S+ eV relaxed\n/,
    );
    const said = /\n {2}atom 511 \(Si\) at (\S+) (\S+) (\S+) Å, (\S+) Å from where atom 17 was\n/.exec(told) ?? [];
    expect(Number(said[4])).toBeCloseTo(off, 2);
    said.slice(1, 4).forEach((x, c) => {
      expect(Number(x)).toBeCloseTo(frame.positions[3 * 511 + c], 2);
    });
  });
  it('finds a vacancy whose neighbors have relaxed inwards, and doubts one atom more', async () => {
    const perfect = crystal(DIAMOND, 5.431, 3);
    const whole = siliconStillingerWeber().energies(perfect)[0] * 216;
    const { structure: hole } = relaxStructure(withoutAtoms(perfect, [100]), siliconStillingerWeber());
    writeExtxyz('vacancy.extxyz', [hole]);
    const place = Array.from(perfect.positions.subarray(300, 303), (x) => x + 0.4);
    const more = `--missing 1 --center ${place} --radius 3 --samples 2 --steps 20 --potential stillinger-weber --relax`;
    const { frames, told } = await filled(`vacancy.extxyz ${more}`);
    expect(distancesTo(perfect, frames[0].positions.slice(-3))[100]).toBeLessThan(0.05);
    expect(Number(frames[0].info.relaxed_energy) - whole).toBeLessThan(0.05);
    expect(told).not.toContain('doubtful');
    writeExtxyz('crystal.extxyz', [perfect]);
    expect((await filled(`crystal.extxyz ${more}`)).told).toMatch(/doubtful: .*its atoms cost \d\.\d\d eV more/);
  });
  it.each([
    ['in a ball', '--center 20.3,6.8,14.9 --radius 3 --samples 2 --steps 20', false],
    // Answers that begin where there is most room do not agree.
    ['anywhere', '--samples 4', true],
  ])('finds the vacancy in a crystal of other origin, all atoms then four-fold: %s', async (_, where, doubtful) => {
    fs.copyFileSync(path.join(FIXTURES, 'c-si-511-vacancy.extxyz.gz'), 'other.extxyz.gz');
    const how = '--missing 1 --seed 1 --potential stillinger-weber --relax';
    const { frames, told } = await filled(`other.extxyz.gz ${where} ${how}`);
    expect(distancesTo(frames[0], [20.345, 6.815, 14.925])[511]).toBeLessThan(0.05);
    expect(Array.from(coordination(frames[0], { bonds: 2.85 }))).toEqual(Array(512).fill(4));
    expect(Math.abs(Number(frames[0].info.relaxed_energy) + 2220.338)).toBeLessThan(0.05);
    expect(told.includes('doubtful')).toBe(doubtful);
  });
  it('leaves the known atoms where they were, in their order, and marks the placed ones', async () => {
    const { frames } = await filled(
      `cell.extxyz --remove 3-5 --missing 3 --results 2 ${QUICK} --potential stillinger-weber`,
    );
    const [whole] = readExtxyz('cell.extxyz');
    expect(frames).toHaveLength(2);
    frames.forEach(({ positions, lattice, species, info, arrays }, k) => {
      expect(Array.from(positions.slice(0, 3 * 509))).toEqual([
        ...whole.positions.slice(0, 9),
        ...whole.positions.slice(18),
      ]);
      expect(positions.slice(3 * 509).every((x) => x >= 0 && x <= lattice[0])).toBe(true);
      expect(species).toHaveLength(512);
      expect(arrays.placed.values).toEqual(species.map((_, i) => i >= 509));
      expect(info).toMatchObject({ name: 'a-Si-10', rank: k + 1 });
    });
    expect(frames[0].info.relaxed_energy).toBeLessThanOrEqual(Number(frames[1].info.relaxed_energy));
  });
  it('is infillStructure of a ball that is told, across faces of the cell', async () => {
    const [structure] = readExtxyz('toys.extxyz');
    const denoiser = Denoiser.load(modelFile('cells'));
    const where = { missing: 2, region: { center: [-1, 0.5, 2], radius: 3 } };
    const answers = await infillStructure(denoiser, structure, where, { samples: 3, steps: 2, seed: 5 });
    denoiser.dispose();
    const { frames } = await filled(
      'toys.extxyz --missing 2 --center -1,0.5,2 --radius 3 --samples 3 --steps 2 --seed 5 --results 9 --rank agreement',
    );
    const places = (all: Structure[]): string[] =>
      all.map(({ positions }) => Array.from(positions.slice(-6), (x) => inCell(x, structure).toFixed(6)).join()).sort();
    expect(places(frames)).toEqual(places(answers.map((answer) => answer.structure)));
    expect(frames.map(({ info }) => info.rank)).toEqual([1, 2, 3]);
  });
  it('ranks by energy, by residual or by agreement', async () => {
    const line =
      'toys.extxyz --missing 1 --center 1.2,1.2,1.2 --radius 2 --samples 6 --steps 2 --results 6 --potential stillinger-weber';
    const ranked = async (more: string): Promise<number[][]> =>
      (await filled(`${line}${more}`)).frames.map(({ info }) =>
        [info.relaxed_energy, info.residual, info.agreement].map(Number),
      );
    const byEnergy = await ranked(' --rank energy');
    expect(byEnergy).toEqual([...byEnergy].sort(([a], [b]) => a - b));
    expect(await ranked('')).toEqual(byEnergy);
    expect(await ranked(' --rank residual')).toEqual([...byEnergy].sort(([, a], [, b]) => a - b));
    // Equally many agree: the lower energy first.
    expect(await ranked(' --rank agreement')).toEqual([...byEnergy].sort(([, , a], [, , b]) => b - a));
    expect(new Set(byEnergy.map(([energy]) => energy)).size).toBeGreaterThan(1);
  });
  it('writes the structures as relaxed where asked to, otherwise as ranked so only', async () => {
    const line = `toys.extxyz --remove 4 ${QUICK} --potential stillinger-weber`;
    const [held] = (await filled(line)).frames;
    const [relaxed] = (await filled(`${line} --relax`)).frames;
    expect(relaxed.info.relaxed_energy).toBe(held.info.relaxed_energy);
    const energy = siliconStillingerWeber()
      .energies(relaxed)
      .reduce((sum, one) => sum + one, 0);
    expect(energy).toBeCloseTo(Number(held.info.relaxed_energy), 3);
    expect(relaxed.positions.slice(0, 78)).not.toEqual(held.positions.slice(0, 78));
  });
  it('fills holes far apart each for itself, in the same calls', async () => {
    const [whole] = readExtxyz('cell.extxyz');
    const distances = distancesTo(whole, whole.positions.slice(0, 3));
    const far = distances.indexOf(Math.max(...distances));
    const line = `cell.extxyz --remove 0,${far} --results 2 --samples 2 --steps 10 --seed 1`;
    const { frames, told } = await filled(line);
    for (const { species, positions, arrays } of frames) {
      expect(species).toHaveLength(512);
      expect(arrays.placed.values).toEqual(species.map((_, i) => i >= 510));
      const [a, b] = [510, 511].map((i) => distancesTo(whole, positions.slice(3 * i, 3 * i + 3)));
      expect([a[0] < 1.6, b[far] < 1.6]).toEqual([true, true]);
    }
    const heads = told.split('\n').filter((one) => one.startsWith('answer'));
    expect(heads).toHaveLength(2);
    for (const head of heads) expect(head).toMatch(/agreement \S+, \S+, residual \S+, \S+ Å$/);
    expect(told.match(/from where atom \d+ was/g)).toHaveLength(4);
    const denoiser = Denoiser.load(modelFile('cells'));
    const sites = [0, far].map((i) => ({
      missing: 1,
      region: { center: whole.positions.slice(3 * i, 3 * i + 3), radius: 1 },
    }));
    const answers = await infillSites(denoiser, withoutAtoms(whole, [0, far]), sites, {
      ...{ samples: 2, steps: 10, seed: 1 },
    });
    denoiser.dispose();
    frames.forEach(({ positions }, k) => {
      answers.forEach((found, s) => {
        const place = positions.slice(3 * (510 + s), 3 * (511 + s));
        expect(distancesTo({ ...whole, positions: found[k].placed, species: ['Si'] }, place)[0]).toBeLessThan(1e-6);
      });
    });
  });
  it('tries one atom fewer and one more where their number is uncertain', async () => {
    const { frames } = await filled(`toys.extxyz --missing 2 --uncertain --results 9 ${QUICK}`);
    expect(frames.map(({ species }) => species.length).sort()).toEqual([28, 28, 29, 29, 30, 30]);
  });
  it('places numbers by element', async () => {
    const { frames } = await filled(`toys.extxyz --model two.json --missing O=2,Si=1 ${QUICK}`);
    expect(frames[0].species.slice(27).sort()).toEqual(['O', 'O', 'Si']);
  });
  it('says in words what is doubtful, and ends with code 3 where it is to be strict', async () => {
    // Few places agree in a region of this size after two steps.
    const line = 'toys.extxyz --missing 2 --samples 6 --steps 2 -o doubtful.extxyz';
    const lax = await run(`fill ${line}`);
    expect([lax.code, lax.complaints]).toEqual([0, []]);
    const [, doubts] = /\n {2}doubtful: (.*)\n/.exec(lax.said) ?? [];
    expect(doubts).toMatch(/^\d+ % of the other samples agree/);
    fs.rmSync('doubtful.extxyz');
    const strict = await run(`fill ${line} --strict`);
    expect(strict.code).toBe(3);
    expect(strict.complaints).toEqual([`glassy-motifs fill: answer 1 is doubtful: ${doubts}`]);
    expect(readExtxyz('doubtful.extxyz')).toHaveLength(1);
    const sure = await run('fill one.extxyz --remove 0 --samples 1 --steps 2 --strict -o sure.extxyz');
    expect([sure.code, sure.complaints]).toEqual([0, []]);
    expect(sure.said).not.toContain('doubtful');
  });
  it('tells no distances where not as many are missing as were taken out, or none was', async () => {
    const more = await filled(`toys.extxyz --remove 0 --missing 2 ${QUICK}`);
    expect(more.frames[0].species).toHaveLength(28);
    const anywhere = await filled(`toys.extxyz --missing 1 ${QUICK}`);
    expect(anywhere.frames[0].species).toHaveLength(28);
    for (const { told } of [more, anywhere]) {
      expect(told).toMatch(/ {2}atom 27 \(Si\) at \S+ \S+ \S+ Å\n/);
      expect(told).not.toContain('from where');
    }
  });
  it('takes the frame that is named, an atom once, and the only atom there is', async () => {
    const [, second] = readExtxyz('toys.extxyz');
    const { frames } = await filled(`toys.extxyz --frame 1 --remove 0,0,0 ${QUICK}`);
    expect(frames[0].info.name).toBe('b');
    expect(frames[0].positions.slice(0, 3 * 26)).toEqual(second.positions.slice(3));
    expect((await filled(`one.extxyz --remove 0 ${QUICK}`)).frames[0].species).toEqual(['Si']);
  });
  it('fills other elements without an energy, and free structures in a ball', async () => {
    const { frames, told } = await filled(`ge.extxyz --model ge.json --remove 3 ${QUICK}`);
    expect(frames[0].species).toEqual(new Array(27).fill('Ge'));
    expect(frames[0].info).not.toHaveProperty('relaxed_energy');
    expect(told).not.toContain('eV');
    expect(told).toContain('no energies, for no --potential was given\n');
    const free = (await filled(`free.extxyz --remove 3 ${QUICK}`)).frames[0];
    expect(free.pbc).toEqual([false, false, false]);
  });
  it('gives the same bytes from the same seed, others from another', async () => {
    for (const [name, seed] of [
      ['a', 1],
      ['b', 1],
      ['c', 2],
    ])
      await run(`fill toys.extxyz --remove 4,5 ${QUICK} --seed ${seed} -o ${name}.extxyz`);
    const [a, b, c] = ['a', 'b', 'c'].map((name) => fs.readFileSync(`${name}.extxyz`));
    expect(a.equals(b)).toBe(true);
    expect(a.equals(c)).toBe(false);
  });
  it('shows its progress on a terminal', async () => {
    const { progress } = await run(`fill toys.extxyz --remove 4 ${QUICK} -o shown.extxyz`, true);
    expect(progress).toContain('step 100/100');
    expect(progress.endsWith('\r\u001b[K')).toBe(true);
  });
});

function inCell(x: number, { lattice }: Structure): number {
  return x - lattice[0] * Math.floor(x / lattice[0]);
}

describe('what cannot be filled', () => {
  it.each([
    ['toys.extxyz --missing 1', /'-o, --out <file>'/],
    ['-o x.extxyz --missing 1', /missing required argument 'structure'/],
    ['toys.extxyz -o x.parquet --missing 1', /option --out/],
    ['toys.extxyz -o x.extxyz', /option --missing: found none, and no --remove, expected a number of atoms/],
    ['toys.extxyz -o x.extxyz --missing 0', /option --missing: found '0'/],
    ['toys.extxyz -o x.extxyz --remove 3,27', /option --remove: found atom 27, expected one from 0 to 26/],
    ['toys.extxyz -o x.extxyz --remove -1', /option --remove: found '-1'/],
    ['toys.extxyz -o x.extxyz --missing 1 --center 1,2', /option --center: found '1,2', expected three numbers x,y,z/],
    ['toys.extxyz -o x.extxyz --missing 1 --radius 3', /option --radius: found no --center/],
    ['toys.extxyz -o x.extxyz --missing 1 --center 1,2,3 --radius 0', /option --radius: found '0'/],
    ['toys.extxyz -o x.extxyz --missing 1 --frame 2', /option --frame: found frame 2, expected one of the 2 of toys/],
    ['toys.extxyz -o x.extxyz --missing 1 --rank size', /--rank .*size.*energy, residual, agreement/],
    ['toys.extxyz -o x.extxyz --missing 1 --samples 0', /option --samples/],
    ['toys.extxyz -o x.extxyz --missing 1 --steps 0', /option --steps/],
    ['toys.extxyz -o x.extxyz --missing 1 --results 0', /option --results/],
    ['toys.extxyz -o x.extxyz --missing 1 --model nowhere', /model: found "nowhere"/],
    ['toys.extxyz -o x.extxyz --missing O=1', /missing: found O, expected elements that the model knows: Si/],
    ['toys.extxyz -o x.extxyz --missing O=1,2', /option --missing: found 'O=1,2'/],
    ['toys.extxyz -o x.extxyz --missing 1 --relax', /option --relax: found it without --potential, expected both/],
    ['toys.extxyz -o x.extxyz --missing 1 --model two.json', /missing: found 1, expected a number for each/],
    ['ge.extxyz -o x.extxyz --missing 1', /atom 0: found Ge/],
    ['ge.extxyz -o x.extxyz --missing 1 --rank energy', /option --rank: found 'energy' without --potential/],
    ['ge.extxyz -o x.extxyz --missing 1 --model ge.json --potential stillinger-weber', /atom 0: found Ge, expected Si/],
    ['free.extxyz -o x.extxyz --missing 1', /region: found none, expected a center and radius/],
    ['motifs.extxyz -o x.extxyz --missing 1', /motifs\.extxyz: found a motif set, expected a structure; infill/],
    ['nowhere.extxyz -o x.extxyz --missing 1', /nowhere\.extxyz/],
    ['*.extxyz -o x.extxyz --missing 1', /\*\.extxyz: found \d+ files, expected one/],
  ])('%s', async (line, message) => {
    const { code, stdout, said, told, complaints } = await run(`fill ${line}`);
    expect(complaints).toHaveLength(1);
    expect(complaints[0]).toMatch(message);
    expect(code).toBe(1);
    expect(stdout + said + told).toBe('');
    expect(fs.readdirSync(folder).filter((name) => /^x|tmp/.test(name))).toEqual([]);
  });
});
