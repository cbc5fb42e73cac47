import * as fs from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Denoiser } from '../../src/diffusion';
import { checkpointHistory, readCheckpoint, writeCheckpoint } from '../../src/model/checkpoint';
import { readSealed, writeSealed } from '../../src/model/sealed';
import { Vae } from '../../src/model/vae';
import { extractEnvironments } from '../../src/motifs/environments';
import { formatMotifs, parseMotifs } from '../../src/motifs/files/files';
import { GramNormalizer } from '../../src/motifs/normalizer';
import { formatExtxyz } from '../../src/structures/extxyzWrite';
import { formatLammpsData } from '../../src/structures/lammpsData';
import { parseStructures } from '../../src/structures/parseStructures';
import { formatPoscar } from '../../src/structures/poscar';
import { runHere } from '../cli/here';
import { temporaryFolder } from '../cli/process';
import { toyCell } from '../cli/toy';
import { damagedContent, damagedText, failures, INPUTS, pick, type Suite } from './inputs';

const cell = { ...toyCell('a', 1), species: toyCell('a', 1).species.map((_, i) => (i % 3 ? 'O' : 'Si')) };
cell.arrays = {
  tag: { kind: 'integer', columns: 1, values: new Int32Array(27) },
  force: { kind: 'real', columns: 3, values: new Float64Array(81).fill(0.5) },
  fixed: { kind: 'logical', columns: 1, values: new Array(27).fill(true) },
  label: { kind: 'string', columns: 1, values: new Array(27).fill('x') },
};
const small = { ...cell, species: cell.species.slice(0, 3), positions: cell.positions.slice(0, 9), arrays: {} };
small.info = { name: 'a', energy: -1.5, list: [1, 2], text: "O'Brien", flag: true };
const motifs = extractEnvironments([toyCell('a', 1)], { count: 4 });
const few = { ...motifs, length: 3, positions: motifs.positions.slice(0, 36) };
const vae = Vae.create({ atoms: 2, hidden: [3], latent: 1, normalizer: new GramNormalizer(2, NUMBERS()) });
vae.species = ['Si', 'Si', 'Si'];
vae.metrics = { train: 1 };
const denoiser = Denoiser.create({ species: ['Si'], channels: 8, layers: 1, radial: 2, noiseLevels: 2 });
const [MODEL, DENOISER, STATE] = ['glassy-motifs model', 'glassy-motifs denoiser', 'glassy-motifs checkpoint'];

let folder: string;
const there = process.cwd();
const sealed: Record<string, Record<string, unknown>> = {};

function NUMBERS() {
  return { meanDiagonal: 9, deviationDiagonal: 3, meanOffDiagonal: -1, deviationOffDiagonal: 5 };
}

beforeAll(async () => {
  folder = temporaryFolder();
  process.chdir(folder);
  vae.save('model.json');
  denoiser.save('denoiser.json');
  const values = Float32Array.of(1, 2, 3);
  const report = { epoch: 1, step: 2, learningRate: 1, seconds: 1, validation: 1 };
  const optimizer = { parameters: values, firstMoment: values, secondMoment: values, step: 2 };
  const state = { optimizer, history: [report], best: { epoch: 1, validation: 1, parameters: values } };
  writeCheckpoint('state', state, { batchSize: 1 });
  sealed.model = readSealed('model.json', MODEL, 1) as never;
  sealed.denoiser = readSealed('denoiser.json', DENOISER, 1) as never;
  sealed.state = readSealed('state', STATE, 1) as never;
  fs.writeFileSync('a.extxyz', formatExtxyz([cell]));
  fs.writeFileSync('m.json', await formatMotifs(few, { format: 'json' }));
});
afterAll(() => {
  process.chdir(there);
  fs.rmSync(folder, { recursive: true });
});

/** Reads a text; what is read can be written and read back the same. */
function roundTrip(text: string): void {
  const read = parseStructures(text, { types: ['Si', 'O'] });
  const back = parseStructures(formatExtxyz(read), { format: 'extxyz' });
  if (!isDeepStrictEqual(back, read)) expect(back).toEqual(read);
}

async function motifTrip(text: string): Promise<void> {
  const read = await parseMotifs(text);
  for (const format of read.length > 0 ? (['json', 'extxyz'] as const) : []) {
    const back = await parseMotifs(await formatMotifs(read, { format }));
    expect([back.length, back.elements, back.positions]).toEqual([read.length, read.elements, read.positions]);
  }
}

const motifTexts = async (): Promise<string[]> =>
  Promise.all((['json', 'extxyz'] as const).map(async (format) => String(await formatMotifs(few, { format }))));

function reseal(file: string, format: string, content: object): string {
  writeSealed(file, format, 1, content);
  return file;
}

const LINES = [
  'extract a.extxyz -o out.json --cutoff 4 --count 4 --take 5 --seed 1',
  'extract m.json -o out.extxyz --bonds 2.85',
  'convert a.extxyz -o out.extxyz --cell 5,5,5',
  'convert a.extxyz -o out.vasp',
  'sample model.json -n 3 --seed 1 -o out.extxyz --species Si',
  'interpolate model.json m.json:0 m.json:1 --steps 3 -o out.extxyz',
  'train m.json --epochs 1 --steps-per-epoch 1 --batch-size 2 --hidden 3 --latent 1 -o out.json',
];
const WORDS = ['--seed', '-o', '--cell', '1e9', '-1', 'nan', '0x3', '', 'out.extxyz', 'a.extxyz', 'm.json', '--', '-'];

const SUITES: Suite[] = [
  {
    name: 'extended XYZ',
    share: 0.28,
    attempt: (rng) => roundTrip(damagedText(rng, formatExtxyz([pick(rng, [cell, small, small, small])]))),
  },
  { name: 'headers of extended XYZ', share: 0.2, attempt: (rng) => roundTrip(damagedHeader(rng)) },
  { name: 'LAMMPS data', share: 0.1, attempt: (rng) => roundTrip(damagedText(rng, formatLammpsData(small))) },
  { name: 'POSCAR', share: 0.1, attempt: (rng) => roundTrip(damagedText(rng, formatPoscar(small))) },
  {
    name: 'motif sets',
    share: 0.1,
    attempt: async (rng) => motifTrip(damagedText(rng, pick(rng, await motifTexts()))),
  },
  {
    name: 'motif sets in JSON, by content',
    share: 0.05,
    attempt: async (rng) => motifTrip(JSON.stringify(damagedContent(rng, JSON.parse((await motifTexts())[0])))),
  },
  {
    name: 'Parquet',
    share: 0.02,
    attempt: async (rng) => {
      const bytes = (await formatMotifs(few, { format: 'parquet' })) as Uint8Array;
      const [at, length] = [rng.integer(bytes.length), rng.integer(20)];
      const put = Array.from({ length: rng.integer(20) }, () => rng.integer(256));
      const damaged = [...bytes.subarray(0, at), ...put, ...(rng.integer(8) ? bytes.subarray(at + length) : [])];
      await parseMotifs(Uint8Array.from(damaged), { format: 'parquet' });
    },
  },
  {
    name: 'models, resealed',
    share: 0.04,
    attempt: (rng) => Vae.load(reseal('x.json', MODEL, damagedContent(rng, sealed.model))).decode([0.5]),
  },
  {
    name: 'denoisers, resealed',
    share: 0.04,
    attempt: (rng) => Denoiser.load(reseal('x.json', DENOISER, damagedContent(rng, sealed.denoiser))).save('y.json'),
  },
  {
    name: 'checkpoints, resealed',
    share: 0.04,
    attempt: (rng) => {
      const file = reseal('x', STATE, damagedContent(rng, sealed.state));
      const { optimizer, history } = readCheckpoint(file, { batchSize: 1 }, 3);
      expect(optimizer.step).toBe(history[history.length - 1].step);
      checkpointHistory(file);
    },
  },
  {
    name: 'sealed files, damaged',
    share: 0.02,
    attempt: (rng) => {
      fs.writeFileSync('x.json', damagedText(rng, fs.readFileSync('model.json', 'utf8')));
      Vae.load('x.json');
    },
  },
  { name: 'command lines', share: 0.01, attempt: (rng) => commandLine(damagedLine(rng)) },
];

function damagedHeader(rng: Parameters<Suite['attempt']>[0]): string {
  const [count, comment, ...rows] = formatExtxyz([small]).split('\n');
  return [count, damagedText(rng, comment), ...rows].join('\n');
}

function damagedLine(rng: Parameters<Suite['attempt']>[0]): string {
  const words = pick(rng, LINES).split(' ');
  const at = rng.integer(words.length);
  words[at] = rng.integer(2) ? pick(rng, WORDS) : damagedText(rng, words[at]).replace(/[ /]/g, '');
  // Long numbers are good input, and take long.
  return words.join(' ').replace(/\d{4,}/g, '9');
}

async function commandLine(line: string): Promise<void> {
  const { code, complaints } = await runHere(line);
  if (code !== 0 && code !== 1) throw new Error(`${line}: ${code}, ${complaints.join('\n')}`);
  if (complaints.some((text) => /\p{Cc}/u.test(text))) throw new Error(`${line}: ${JSON.stringify(complaints)}`);
}

describe(`of ${INPUTS} damaged inputs each is read or refused by InputError`, { timeout: INPUTS * 1000 }, () => {
  it.each(SUITES.map((suite) => [suite.name, suite] as const))('%s', async (_, suite) => {
    expect(await failures(suite)).toEqual([]);
  });

  it('shares make one', () => {
    expect(SUITES.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1);
  });
});
