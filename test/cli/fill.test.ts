import * as fs from 'node:fs';
import * as path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Denoiser, infillStructure } from '../../src/diffusion';
import { modelFile } from '../../src/model';
import { parseExtxyz } from '../../src/structures/extxyzRead';
import { writeExtxyz } from '../../src/structures/extxyzWrite';
import { distancesTo } from '../../src/structures/nearestAtoms';
import { readExtxyz } from '../../src/structures/readStructures';
import type { Structure } from '../../src/structures/structure';
import { runHere as run } from './here';
import { temporaryFolder } from './process';
import { toyCell } from './toy';

const before = process.cwd();
const CELL = path.join(__dirname, '..', '..', 'data', 'a-si', 'a-si-512-10.extxyz');
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
    expect(told).toMatch(/^1 filled structures to standard output\nanswer 1: agreement \S+, site energy -\S+ eV\n/);
    const said = /\n {2}atom 511 at (\S+) (\S+) (\S+) Å, (\S+) Å from where atom 17 was\n$/.exec(told) ?? [];
    expect(Number(said[4])).toBeCloseTo(off, 2);
    said.slice(1, 4).forEach((x, c) => {
      expect(Number(x)).toBeCloseTo(frame.positions[3 * 511 + c], 2);
    });
  });
  it('leaves the known atoms where they were, in their order, and marks the placed ones', async () => {
    const { frames } = await filled(`cell.extxyz --remove 3-5 --results 2 ${QUICK} --potential stillinger-weber`);
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
    expect(frames[0].info.site_energy).toBeLessThanOrEqual(Number(frames[1].info.site_energy));
  });
  it('is infillStructure of a ball that is told, across faces of the cell', async () => {
    const [structure] = readExtxyz('toys.extxyz');
    const denoiser = Denoiser.load(modelFile('cells'));
    const where = { missing: 2, region: { center: [-1, 0.5, 2], radius: 3 } };
    const answers = infillStructure(denoiser, structure, where, { samples: 3, steps: 2, seed: 5 });
    denoiser.dispose();
    const { frames } = await filled(
      'toys.extxyz --missing 2 --center -1,0.5,2 --radius 3 --samples 3 --steps 2 --seed 5 --results 9 --rank agreement',
    );
    const places = (all: Structure[]): string[] =>
      all.map(({ positions }) => Array.from(positions.slice(-6), (x) => inCell(x, structure).toFixed(6)).join()).sort();
    expect(places(frames)).toEqual(places(answers.map((answer) => answer.structure)));
    expect(frames.map(({ info }) => info.rank)).toEqual([1, 2, 3]);
  });
  it('ranks by energy or by agreement', async () => {
    const line =
      'toys.extxyz --missing 1 --center 1.2,1.2,1.2 --radius 0.3 --samples 12 --steps 2 --results 12 --potential stillinger-weber';
    const both = (all: Structure[]) => all.map(({ info }) => [Number(info.site_energy), Number(info.agreement)]);
    const byEnergy = both((await filled(`${line} --rank energy`)).frames);
    const byAgreement = both((await filled(`${line} --rank agreement`)).frames);
    expect(byEnergy).toEqual([...byEnergy].sort(([a], [b]) => a - b));
    // Equally many agree: the lower energy first.
    expect(byAgreement).toEqual([...byEnergy].sort(([, a], [, b]) => b - a));
    expect(byAgreement).not.toEqual(byEnergy);
    expect(both((await filled(line)).frames)).toEqual(byEnergy);
  });
  it('tells no distances where not as many are missing as were taken out, or none was', async () => {
    const more = await filled(`toys.extxyz --remove 0 --missing 2 ${QUICK}`);
    expect(more.frames[0].species).toHaveLength(28);
    const anywhere = await filled(`toys.extxyz --missing 1 ${QUICK}`);
    expect(anywhere.frames[0].species).toHaveLength(28);
    for (const { told } of [more, anywhere]) {
      expect(told).toMatch(/ {2}atom 27 at \S+ \S+ \S+ Å\n/);
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
    expect(frames[0].info).not.toHaveProperty('site_energy');
    expect(told).not.toContain('eV');
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
    expect(progress).toContain('step 2/2');
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
    ['toys.extxyz -o x.extxyz --missing 1 --rank size', /--rank .*size.*energy, agreement/],
    ['toys.extxyz -o x.extxyz --missing 1 --samples 0', /option --samples/],
    ['toys.extxyz -o x.extxyz --missing 1 --steps 0', /option --steps/],
    ['toys.extxyz -o x.extxyz --missing 1 --results 0', /option --results/],
    ['toys.extxyz -o x.extxyz --missing 1 --model nowhere', /model: found "nowhere"/],
    ['toys.extxyz -o x.extxyz --missing 1 --species O', /option --species: found O, expected one of Si/],
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
