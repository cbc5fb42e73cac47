import { spawn, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { wasserstein1 } from '../../src/evaluate/statistics/wasserstein';
import { Vae } from '../../src/model/vae';
import { extractEnvironments } from '../../src/motifs/environments';
import { readMotifs } from '../../src/motifs/files/files';
import { motifsOfFrames } from '../../src/motifs/files/frames';
import { indicesOf } from '../../src/motifs/select';
import { parseExtxyz } from '../../src/structures/extxyzRead';
import { writeExtxyz } from '../../src/structures/extxyzWrite';
import { readExtxyz } from '../../src/structures/readStructures';
import { buildIfStale, COMMAND, glassy, temporaryFolder } from './process';
import { toyCell } from './toy';

const COMMANDS = ['extract', 'train', 'sample', 'interpolate', 'infill', 'evaluate', 'cells', 'fill'];
const cells = ['a', 'b', 'c', 'd'].map((name, k) => toyCell(name, k));
let folder: string;

/** Runs a command line that must succeed, silent on standard error as its output is a pipe; gives standard output. */
function run(line: string, input?: string): string {
  const { status, stdout, stderr } = glassy(folder, line.split(' '), input);
  expect({ line, status, stderr }).toEqual({ line, status: 0, stderr: '' });
  return stdout;
}

const read = (name: string): Buffer => fs.readFileSync(path.join(folder, name));
/** The motifs of a file, without how they were made. */
const stripped = (text: string): string => text.replace(/ provenance="(\\.|[^"\\])*"/, '');
const bare = (name: string): string =>
  stripped((name.endsWith('.gz') ? gunzipSync(read(name)) : read(name)).toString());
const motifs = (name: string) => motifsOfFrames(readExtxyz(path.join(folder, name)), name);

beforeAll(() => {
  buildIfStale();
  folder = temporaryFolder();
  fs.mkdirSync(path.join(folder, 'cells'));
  cells.forEach((cell, k) => {
    writeExtxyz(path.join(folder, 'cells', `${cell.info.name}.extxyz${k === 3 ? '.gz' : ''}`), [cell]);
  });
  run('extract cells -o all.extxyz');
  run('train cells --split auto --epochs 3 --steps-per-epoch 4 --batch-size 32 -o model.json --seed 7');
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

describe('help', () => {
  it('lists the commands and exit codes', () => {
    const text = run('--help');
    for (const name of COMMANDS) expect(text).toContain(`  ${name} `);
    expect(text).toMatch(/Exit codes:\n {2}0 .*\n {2}1 .*\n {2}2 .*\n {2}3 .*\n {2}130 /);
    expect(run('--version')).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
  it.each(COMMANDS)('of %s names its options and exit codes', (name) => {
    const text = run(`${name} --help`);
    for (const part of ['--seed', '--out', '--help', 'Exit codes:', '130']) expect(text).toContain(part);
  });
});

describe('bad usage and input', () => {
  beforeAll(() => {
    fs.writeFileSync(path.join(folder, 'broken.extxyz'), '1\nProperties=species:S:1:pos:R:3\nSi 0 zero 0\n');
    fs.writeFileSync(path.join(folder, 'few.extxyz'), '1\nProperties=species:S:1:pos:R:3\nSi 0 0 0\n');
    fs.writeFileSync(path.join(folder, 'other.json'), '{}');
  });
  it.each([
    ['extrct', /unknown command 'extrct' \(Did you mean extract\?\)/],
    ['extract cells -o x.extxyz --cutoff -1', /option --cutoff: found '-1', expected a number above 0/],
    ['extract broken.extxyz -o x.extxyz', /broken\.extxyz:3: found 'zero', expected a real number/],
    ['train cells -o x.json --decoder polar', /--decoder .*polar.*gram, cartesian/],
    [
      'interpolate model.json all.extxyz:108 all.extxyz:0 -o x.extxyz',
      /all\.extxyz:108: found index 108, expected .* 107/,
    ],
    ['evaluate all.extxyz', /'--reference <input>'/],
  ])('%s', (line, message) => {
    const { status, stdout, stderr } = glassy(folder, line === '' ? [] : line.split(' '));
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^glassy-motifs.*: .*\n$/);
    expect(stderr).toMatch(message);
    expect(status).toBe(1);
    expect(fs.readdirSync(folder).filter((name) => /^x|tmp/.test(name))).toEqual([]);
  });
  it('leaves what was there as it was', () => {
    const before = read('all.extxyz');
    expect(glassy(folder, ['extract', 'cells', 'broken.extxyz', '-o', 'all.extxyz']).status).toBe(1);
    expect(read('all.extxyz').equals(before)).toBe(true);
  });
});

describe('extract', () => {
  it('gives the environments of files, folders, patterns and gzip', () => {
    const expected = { ...extractEnvironments(cells, { cutoff: 4, count: 8 }), skipped: [] };
    const { properties, provenance, ...set } = motifs('all.extxyz');
    expect(provenance).toMatchObject({ command: 'extract', input: ['cells'] });
    expect({ ...set, properties: {} }).toEqual(expected);
    expect(Object.keys(properties)).toEqual(['coordination']);
    run('extract cells/*.extxyz* -o pattern.extxyz.gz');
    expect(bare('pattern.extxyz.gz')).toBe(bare('all.extxyz'));
  });
  it('gives its own output back, through every format it reads', () => {
    run('extract all.extxyz -o again.json.gz');
    run('extract again.json.gz -o again.parquet');
    run('extract again.parquet -o again.extxyz');
    expect(bare('again.extxyz')).toBe(bare('all.extxyz'));
  });
  it('twice at once into one file leaves it whole', async () => {
    const runs = [4, 8].map((count) => {
      const args = [COMMAND, 'extract', 'cells', '--count', String(count), '-o', 'both.json'];
      return new Promise((resolve) => spawn(process.execPath, args, { cwd: folder }).on('close', resolve));
    });
    expect(await Promise.all(runs)).toEqual([0, 0]);
    expect([4, 8]).toContain((await readMotifs(path.join(folder, 'both.json'))).n);
  });
  it('reads and writes pipes', () => {
    const few = glassy(folder, ['extract', 'all.extxyz', '--take', '3', '--seed', '2', '--bonds', '2.85', '-o', '-']);
    expect(few.stderr).toBe('3 motifs of 8 neighbors to standard output\nbonds: 2.85 Å\n');
    const again = glassy(folder, ['extract', '-', '--bonds', '2.85', '-o', '-'], few.stdout);
    expect(stripped(again.stdout)).toBe(stripped(few.stdout));
  });
  it('adds what a model makes of each motif', () => {
    run('extract cells --model model.json -o encoded.extxyz --chemiscope encoded.json.gz');
    const { properties } = motifs('encoded.extxyz');
    expect(properties.latent.columns).toBe(8);
    expect(properties.error.values.every((error) => error > 0)).toBe(true);
    const content = JSON.parse(gunzipSync(read('encoded.json.gz')).toString());
    expect(content.structures.length).toBe(4);
    expect(content.environments.length).toBe(108);
  });
});

describe('the same seed gives the same bytes, another seed others', () => {
  it.each([
    ['extract all.extxyz --take 10 -o NAME.extxyz', '.extxyz'],
    ['train all.extxyz --epochs 2 --steps-per-epoch 2 --batch-size 16 -o NAME.json', '.json'],
    ['sample model.json -n 20 -o NAME.extxyz', '.extxyz'],
    ['sample model.json -n 20 -o NAME.parquet', '.parquet'],
    ['interpolate model.json all.extxyz all.extxyz -o NAME.json', '.json'],
    ['infill model.json all.extxyz --atom 3,5 --known 0-5 --restarts 4 --steps 9 -o NAME.extxyz', '.extxyz'],
    ['evaluate --model model.json --samples 30 --reference all.extxyz --resamples 20 -o NAME.csv', '.csv'],
  ])('%s', (line, extension) => {
    for (const [name, seed] of [
      ['x1', 5],
      ['x2', 5],
      ['x3', 6],
    ])
      run(`${line.replace('NAME', String(name))} --seed ${seed}`);
    const [first, second, third] = ['x1', 'x2', 'x3'].map((name) => read(name + extension));
    for (const name of ['x1', 'x2', 'x3']) fs.rmSync(path.join(folder, name + extension));
    expect(first.equals(second)).toBe(true);
    expect(first.equals(third)).toBe(false);
  });
});

describe('train', () => {
  it('writes a model that says which cells it saw', () => {
    const vae = Vae.load(path.join(folder, 'model.json'));
    expect(vae.provenance?.train.cells).toEqual(['a', 'b']);
    expect(vae.provenance?.validation?.cells).toEqual(['c']);
    expect(vae.provenance?.options).toMatchObject({ seed: 7, batchSize: 32 });
  });
  it('writes the history, validation by separate cells', () => {
    const options = '--epochs 2 --steps-per-epoch 2 --batch-size 16 --decoder cartesian --hidden 6 --latent 3';
    run(
      `train cells/a.extxyz --validation cells/b.extxyz --validation cells/c.extxyz ${options} -o c.json --history h.csv`,
    );
    const [head, ...rows] = read('h.csv').toString().trim().split('\n');
    expect(head).toMatch(/^epoch,step,train,reconstruction,kl,validation/);
    expect(rows.map((row) => row.split(',').slice(0, 2))).toEqual([
      ['1', '2'],
      ['2', '4'],
    ]);
    const { config, provenance } = Vae.load(path.join(folder, 'c.json'));
    expect(config).toMatchObject({ decoder: 'cartesian', hidden: [6], latent: 3 });
    expect(provenance?.validation?.cells).toEqual(['b', 'c']);
  });
  it('resumes to the model that it would have reached', () => {
    const options = 'all.extxyz --steps-per-epoch 2 --batch-size 16 --schedule constant';
    run(`train ${options} --epochs 4 -o whole.json`);
    run(`train ${options} --epochs 2 -o half.json --checkpoint state`);
    run(`train ${options} --epochs 4 -o half.json --checkpoint state --resume`);
    const [whole, half] = ['whole.json', 'half.json'].map((name) => Vae.load(path.join(folder, name)));
    expect(half.parameters).toEqual(whole.parameters);
  });
  it('killed at once, goes on from its last checkpoint to the same bytes, and leaves nothing else', async () => {
    const options = 'train all.extxyz --epochs 300 --steps-per-epoch 2 --batch-size 16 --schedule constant'.split(' ');
    const made = fs.mkdtempSync(path.join(folder, 'killed-'));
    const files = ['-o', `${made}/half.json`, '--checkpoint', `${made}/state`, '--history', `${made}/half.csv`];
    const child = spawn(process.execPath, [COMMAND, ...options, ...files], { cwd: folder });
    const ended = new Promise((resolve) => child.on('close', (_, signal) => resolve(signal)));
    while (!fs.existsSync(`${made}/state`) && child.exitCode === null) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    child.kill('SIGKILL');
    expect(await ended).toBe('SIGKILL');
    for (const name of fs.readdirSync(made)) if (name.endsWith('.tmp')) fs.utimesSync(path.join(made, name), 1, 1);
    for (const line of [
      [...options, ...files, '--resume'],
      [...options, '-o', `${made}/whole.json`],
    ]) {
      expect(glassy(folder, line).status).toBe(0);
    }
    const [whole, half] = ['whole', 'half'].map((name) => Vae.load(path.join(made, `${name}.json`)));
    expect(half.parameters).toEqual(whole.parameters);
    expect(fs.readFileSync(`${made}/half.csv`, 'utf8').trim().split('\n')).toHaveLength(301);
    expect(fs.readdirSync(made).sort()).toEqual(['half.csv', 'half.json', 'state', 'whole.json']);
  });
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'on %s ends with 130 and leaves model and history',
    async (signal) => {
      const [state, model, history] = ['', '.json', '.csv'].map((end) => `${signal}${end}`);
      const args = [
        'train',
        'all.extxyz',
        '--epochs',
        '1000000',
        '--batch-size',
        '16',
        '-o',
        model,
        '--history',
        history,
      ];
      const child = spawn(process.execPath, [COMMAND, ...args, '--checkpoint', state], { cwd: folder });
      let stderr = '';
      child.stderr.on('data', (text) => {
        stderr += text;
      });
      const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
      while (!fs.existsSync(path.join(folder, state)) && child.exitCode === null) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      child.kill(signal);
      expect(await ended).toBe(130);
      const [, epochs] =
        /^glassy-motifs train: stopped after (\d+) epochs .*; the model is in .*\.json\n$/.exec(stderr) ?? [];
      expect(read(history).toString().trim().split('\n')).toHaveLength(Number(epochs) + 1);
      expect(Vae.load(path.join(folder, model)).provenance?.epochs).toBe(Number(epochs));
    },
  );
});

describe('a pipeline', () => {
  it('sample: motifs of the model, with latents', () => {
    run('sample model.json -n 12 --species Ge -o s.extxyz --chemiscope s.json');
    const set = motifs('s.extxyz');
    expect([set.length, set.n, set.elements[set.species[0]]]).toEqual([12, 8, 'Ge']);
    expect(Object.keys(set.properties)).toEqual(['latent', 'residual', 'coordination']);
    expect(JSON.parse(read('s.json').toString()).structures.length).toBe(12);
  });
  it('interpolate: frames between a motif of a set and one of a cell', () => {
    run('interpolate model.json all.extxyz:4 cells/b.extxyz:9 --steps 5 --relabel --path spherical -o path.extxyz');
    const { length, properties } = motifs('path.extxyz');
    expect(length).toBe(5);
    expect(Array.from(properties.fraction.values)).toEqual([0, 0.25, 0.5, 0.75, 1]);
  });
  it('interpolate: an atom of a cell and its motif in a set are one', () => {
    run('interpolate model.json all.extxyz:31 all.extxyz:0 -o by-set.extxyz');
    run('interpolate model.json cells/b.extxyz:4 cells/a.extxyz:0:0 -o by-cell.extxyz');
    expect(bare('by-cell.extxyz')).toBe(bare('by-set.extxyz'));
  });
  it('infill: ranked completions, known atoms named', () => {
    run(
      'infill model.json cells/b.extxyz --atom 4,6 --missing 6,7 --restarts 6 --steps 20 --results 3 --distinct 0 -o i.extxyz',
    );
    const completed = motifs('i.extxyz');
    const { length, properties, names } = completed;
    expect(length).toBe(6);
    expect(names).toEqual(['b']);
    expect(Array.from(properties.problem.values)).toEqual([0, 0, 0, 1, 1, 1]);
    expect(Array.from(properties.rank.values)).toEqual([1, 2, 3, 1, 2, 3]);
    const [first, second] = properties.objective.values;
    expect(first).toBeLessThanOrEqual(second);
    expect(Array.from(properties.known.values.slice(0, 8))).toEqual([1, 1, 1, 1, 1, 1, 0, 0]);
    expect(indicesOf(completed, 0)).toEqual([...indicesOf(motifs('all.extxyz'), 31).slice(0, 7), -1, -1]);
  });
  it('infill: motifs that lack neighbors are completed as those given with --known', () => {
    const [frame] = readExtxyz(path.join(folder, 'all.extxyz'));
    const atom = { kind: 'integer', columns: 1, values: (frame.arrays.atom.values as Int32Array).slice(0, 6) } as const;
    const part = {
      ...frame,
      species: frame.species.slice(0, 6),
      positions: frame.positions.slice(0, 18),
      arrays: { atom },
    };
    writeExtxyz(path.join(folder, 'part.extxyz'), [part]);
    run('infill model.json part.extxyz --restarts 4 --steps 9 -o by-part.extxyz');
    run('infill model.json all.extxyz --atom 0 --known 0-4 --restarts 4 --steps 9 -o by-known.extxyz');
    expect(bare('by-part.extxyz')).toBe(bare('by-known.extxyz'));
  });
  it('evaluate: a table of metrics with floor', () => {
    const line = 'evaluate cells/c.extxyz --reference cells/d.extxyz.gz --training cells/a.extxyz --resamples 20';
    const { stdout, stderr } = glassy(folder, line.split(' '));
    expect(stdout).toMatch(/^metric +value +interval +training\nWasserstein-1, neighbor distance/);
    expect(stderr).toMatch(/^no energies.*\nleast distance.*\ncoordination.*\nbonds from the first minimum.*Si-Si/);
    run(`${line} -o table.json`);
    const { metrics, motifs: counts } = JSON.parse(read('table.json').toString());
    expect(counts).toEqual({ judged: 27, reference: 27, training: 27 });
    const distances = [2, 3, 0].map((k) => {
      const { positions } = extractEnvironments([cells[k]], { cutoff: 4, count: 8 });
      return Array.from({ length: 27 * 8 }, (_, i) => Math.hypot(...positions.subarray(3 * i, 3 * i + 3)));
    });
    expect(metrics[0].value).toBeCloseTo(wasserstein1(distances[0], distances[1]), 12);
    expect(metrics[0].floor).toBeCloseTo(wasserstein1(distances[2], distances[1]), 12);
    expect(metrics[0].low).toBeLessThanOrEqual(metrics[0].high);
    const names = metrics.map(({ metric }: { metric: string }) => metric);
    expect(names).toEqual(expect.arrayContaining(['valid motifs', 'precision', 'memorized motifs', 'cells, W₁ g(r)']));
  });
});

describe('a pipeline of structures', () => {
  it('cells, then fill: data from pipe to pipe, what was done on standard error', () => {
    const made = glassy(folder, 'cells --atoms 40 --density 2.28 --steps 2 --seed 3 -o -'.split(' '));
    expect(made.status).toBe(0);
    expect(made.stderr).toMatch(/^generated-3-0: .*\n\S+ s a cell\n1 cells to standard output\n$/);
    const line = 'fill - --remove 4 --samples 2 --steps 2 -o -';
    const { status, stdout, stderr } = glassy(folder, line.split(' '), made.stdout);
    expect(status).toBe(0);
    expect(stderr).toMatch(
      /^1 filled structures to standard output\nno energies.*\nanswer 1: .*\n {2}atom 39 \(Si\) at .* atom 4 was\n(?: {4}and relaxes to .*\n)? {2}doubtful: .*\n$/,
    );
    const [[before], [after]] = [parseExtxyz(made.stdout), parseExtxyz(stdout)];
    expect(after.positions.slice(0, 3 * 39)).toEqual(
      Float64Array.of(...before.positions.slice(0, 12), ...before.positions.slice(15)),
    );
  });
});

describe('a reader that goes away', () => {
  it('ends --help without complaint', () => {
    const line = `"${process.execPath}" "${COMMAND}" train --help | true`;
    expect(spawnSync('sh', ['-c', `for k in 1 2 3; do ${line}; done`], { encoding: 'utf8' })).toMatchObject({
      stderr: '',
    });
  });
  it('ends the command without complaint', async () => {
    const child = spawn(process.execPath, [COMMAND, 'sample', 'model.json', '-n', '3000', '-o', '-'], { cwd: folder });
    let stderr = '';
    child.stderr.on('data', (text) => {
      stderr += text;
    });
    child.stdout.once('data', () => child.stdout.destroy());
    expect(await new Promise((resolve) => child.on('close', resolve))).toBe(0);
    expect(stderr).toBe('');
  });
});
