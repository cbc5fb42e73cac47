import * as fs from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Denoiser } from '../../src/diffusion';
import { writeExtxyz } from '../../src/structures/extxyzWrite';
import { readExtxyz } from '../../src/structures/readStructures';
import { runHere as run } from './here';
import { temporaryFolder } from './process';
import { toyCell } from './toy';

const before = process.cwd();
const SMALL = '--channels 8 --layers 1 --cutoff 3 --batch-size 1 --seed 1';
let folder: string;

beforeAll(() => {
  folder = temporaryFolder();
  process.chdir(folder);
  writeExtxyz('toys.extxyz', [toyCell('a', 1, ['Si', 'O', 'O']), toyCell('b', 2, ['Si', 'O', 'O'])]);
  writeExtxyz('held.extxyz', [toyCell('c', 3, ['Si', 'O', 'O'])]);
  writeExtxyz('ge.extxyz', [toyCell('g', 1, ['Ge'])]);
});
afterAll(() => {
  process.chdir(before);
  fs.rmSync(folder, { recursive: true, force: true });
});

/** What a command line said; it must have succeeded. */
async function told(line: string): Promise<string> {
  const { code, said: text, complaints } = await run(`train-cells ${line}`);
  expect({ code, complaints }).toEqual({ code: 0, complaints: [] });
  return text;
}

describe('train-cells', () => {
  it('trains on cells, follows the held-out losses, and writes model, log and checkpoint', async () => {
    const text = await told(`toys.extxyz --validation held.extxyz ${SMALL} --steps 4 --every 2 -o glass.json`);
    expect(text).toMatch(/^O, Si: 8 channels, 1 layers, cutoff 3 Å; --steps 4\n/);
    expect(text).toMatch(/\nstep 4: loss \S+, held out \S+, by level (\S+ ){7}\S+\nmodel to glass.json\n$/);
    const { config, provenance, metrics } = Denoiser.load('glass.json');
    expect(config).toMatchObject({ species: ['O', 'Si'], channels: 8, layers: 1, cutoff: 3 });
    expect(provenance).toMatchObject({ train: ['a', 'b'], validation: ['c'], steps: 4 });
    const log = fs
      .readFileSync('glass.log', 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(log.map(({ step }) => step)).toEqual([2, 4]);
    expect(log[1].validation).toBe(metrics.validation);
    expect(fs.existsSync('glass.checkpoint.json')).toBe(true);
  });

  it('has the same bytes from the same seed, and others from another', async () => {
    for (const [seed, name] of [
      [1, 'one'],
      [1, 'two'],
      [2, 'other'],
    ]) {
      await told(`toys.extxyz ${SMALL.replace('--seed 1', `--seed ${seed}`)} --steps 3 -o ${name}.json`);
    }
    const [one, two, other] = ['one', 'two', 'other'].map((name) => fs.readFileSync(`${name}.json`, 'utf8'));
    expect(two).toBe(one);
    expect(other).not.toBe(one);
  });

  it('goes on from its end without another step, and begins with the weights of another model', async () => {
    const line = `toys.extxyz ${SMALL} --steps 3 -o again.json`;
    await told(line);
    const whole = fs.readFileSync('again.json', 'utf8');
    expect(await told(`${line} --resume`)).not.toMatch(/loss/);
    expect(fs.readFileSync('again.json', 'utf8')).toBe(whole);
    const from = Denoiser.load('again.json').parameters;
    await told('toys.extxyz --from again.json --steps 1 --learning-rate 1e-9 --batch-size 1 -o further.json');
    const { parameters: further, provenance } = Denoiser.load('further.json');
    expect(provenance).toMatchObject({ steps: 1, from: { steps: 3 } });
    expect(Math.max(...further.map((x, k) => Math.abs(x - from[k])))).toBeLessThan(1e-8);
  });

  it('learns a condition, from a model without too, and makes cells under it', async () => {
    const cells = [toyCell('a', 1, ['Si', 'O', 'O']), toyCell('b', 2, ['Si', 'O', 'O'])];
    writeExtxyz(
      'cooled.extxyz',
      cells.map((cell, k) => ({ ...cell, info: { ...cell.info, cooling_rate: 10 ** k } })),
    );
    await told(`cooled.extxyz ${SMALL} --condition cooling_rate:log --steps 1 -o cooled.json`);
    const rate = { name: 'cooling_rate', scale: 'log', range: [1, 10] };
    expect(Denoiser.load('cooled.json').config.conditions).toEqual([rate]);
    await told(`cooled.extxyz ${SMALL} --steps 1 -o bare.json`);
    await told('cooled.extxyz --from bare.json --condition cooling_rate:log --batch-size 1 --steps 1 -o further.json');
    const { config, provenance } = Denoiser.load('further.json');
    expect(config.conditions).toEqual([rate]);
    expect(provenance).toMatchObject({ from: { train: ['a', 'b'] } });
    const line = 'cells --model cooled.json --density 0.5 --composition SiO2 --atoms 9 --steps 2 -o made.extxyz';
    const same = '--condition cooling_rate=3 --guidance 1.5';
    const made = await run(`${line} ${same}`);
    expect(made.code).toBe(0);
    expect(readExtxyz('made.extxyz')[0].info.cooling_rate).toBe(3);
    for (const [more, message] of [
      ['', /option conditions.cooling_rate: found none/],
      [' --condition cooling_rate=4 --resume', /cell 0: found guidance 1.5, expected none/],
      [' --condition cooling_rate=4 --guidance 1.5 --resume', /cell 0: found cooling_rate 3, expected 4/],
      [' --condition cooling_rate=3 --guidance 2 --resume', /cell 0: found guidance 1.5, expected 2/],
      [` ${same} --composition Si2O --resume`, /cell 0: found O6 Si3, expected O3 Si6/],
      [` ${same} --model further.json --resume`, /cell 0: found model_sha256 \w{64}, expected \w{64}/],
      [' --condition cooling_rate', /option --condition: found 'cooling_rate', expected a name and a number/],
    ] as const) {
      const { code, complaints } = await run(line + more);
      expect({ more, code }).toEqual({ more, code: 1 });
      expect(complaints.join()).toMatch(message);
    }
  });

  it('finds how many steps there is time for, and says so', async () => {
    expect(await told(`toys.extxyz ${SMALL} --minutes 1e-6 -o quick.json`)).toMatch(/--steps 1\n/);
  });

  it.each([
    ['toys.extxyz -o model.txt', /option --out/],
    ['toys.extxyz --steps 3 --minutes 1 -o m.json', /option --minutes: found --steps as well/],
    ['toys.extxyz --resume --minutes 1 -o m.json', /option --resume: found --minutes/],
    [
      'toys.extxyz --from glass.json --steps 1 -o glass.json',
      /option --out: found 'glass.json', which is one of the inputs/,
    ],
    ['toys.extxyz --channels 12 -o m.json', /option --channels: found 12, expected a multiple of 8/],
    ['toys.extxyz --block 1 --steps 1 -o m.json', /option --?block: found 1/],
    ['nowhere.extxyz -o m.json', /nowhere.extxyz/],
    ['ge.extxyz --from glass.json -o m.json', /^glassy-motifs train-cells: g, atom 0: found Ge, expected one of O, Si/],
    ['toys.extxyz --from sio2 --steps 1 -o m.json', /a, info.cooling_rate: found none, expected from 0.1 to 100/],
    ['toys.extxyz --from glass --steps 1 -o m.json', /model: found "glass", expected one of .*sio2/],
    ['toys.extxyz --from glass.json --cutoff 4 -o m.json', /option --cutoff: found it with --from/],
  ])('refuses %s', async (line, message) => {
    const { code, complaints } = await run(`train-cells ${line}`);
    expect(code).toBe(1);
    expect(complaints.join('\n')).toMatch(message);
  });
});
