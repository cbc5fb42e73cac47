/** Whole cells: atoms taken out and found again, and cells made from random places. */
import { call, cellModel, dataText, stop } from './client';
import { answerTable, busy, byId, download, numberIn, on } from './dom';
import { AtomView, type Ball, type Scene } from './view';
import type { Answer, CellModel, Picture } from './worker';

/** By number of bonds: as usual, fewer, more. */
const COLORS: Record<string, string[]> = {
  Si: ['#0072b2', '#d55e00', '#e69f00'],
  O: ['#cc79a7', '#d55e00', '#e69f00'],
};
const USUAL: Record<string, number> = { Si: 4, O: 2 };
/** Å. */
const SIGHT = 5;
const FOUND = '#009e73';
const GENERATED = {
  cells: { density: '2.23', atoms: '64' },
  sio2: { density: '2.20', atoms: '72' },
};

function ballsOf({ structure, places, counts }: Picture): Ball[] {
  return structure.species.map((symbol, i) => {
    const over = counts[i] - USUAL[symbol];
    const color = COLORS[symbol][over === 0 ? 0 : over < 0 ? 1 : 2];
    return { at: places.subarray(3 * i, 3 * i + 3), radius: symbol === 'O' ? 0.38 : 0.5, color };
  });
}

function sceneOf(picture: Picture, balls: Ball[], bonds: ArrayLike<number> = picture.bonds): Scene {
  const { lattice, pbc } = picture.structure;
  const lines: number[][] = [];
  for (let corner = 0; pbc.every(Boolean) && corner < 8; corner++) {
    const at = (bits: number): number[] =>
      [0, 1, 2].map((c) => [0, 1, 2].reduce((sum, a) => sum + (((bits >> a) & 1) - 0.5) * lattice[3 * a + c], 0));
    for (let a = 0; a < 3; a++) if ((corner >> a) & 1) lines.push([...at(corner - (1 << a)), ...at(corner)]);
  }
  return { balls, bonds, lines };
}

/** From the middle to the farthest atom, Å. */
function extentOf({ places }: Picture): number {
  let most = 0;
  for (let k = 0; k < places.length; k += 3) most = Math.max(most, Math.hypot(places[k], places[k + 1], places[k + 2]));
  return most + 0.5;
}

function describe({ structure, counts }: Picture): string {
  const numbers = Object.entries(USUAL).map(([symbol, usual]) => {
    const own = counts.filter((_, i) => structure.species[i] === symbol);
    if (own.length === 0) return '';
    const share = own.filter((count) => count === usual).length / own.length;
    return `${own.length} ${symbol}, ${(100 * share).toFixed(0)} % with ${usual} bonds`;
  });
  return numbers.filter(Boolean).join('; ');
}

let cell: Picture;
let model: CellModel = 'cells';
let out: number[] = [];
let answers: Answer[] = [];
let chosen: Answer | undefined;
let view: AtomView;

export function startCells(): void {
  view = new AtomView(byId<HTMLCanvasElement>('cell-view'), pick);
  on('cell-example', 'change', () => openExample());
  on('cell-file', 'change', () => openFile(byId<HTMLInputElement>('cell-file').files?.[0]));
  on('cell-out', 'change', () => takeOut(atomsIn(byId<HTMLInputElement>('cell-out').value)));
  on('cell-some', 'click', takeSome);
  on('cell-fill', 'click', () => busy('cell-fill', 'cell-stop', fill));
  on('cell-stop', 'click', stop);
  on('cell-save', 'click', async () => {
    download(await call('structureText', [(chosen?.picture ?? cell).structure]), 'filled.extxyz');
  });
}

export async function openExample(): Promise<void> {
  const name = byId<HTMLSelectElement>('cell-example').value;
  await open(await dataText(name), `${name}.extxyz`);
}

export async function openFile(file: File | undefined): Promise<void> {
  if (!file) return;
  const stream = file.name.endsWith('.gz') ? file.stream().pipeThrough(new DecompressionStream('gzip')) : file.stream();
  await open(new Uint8Array(await new Response(stream).arrayBuffer()), file.name.replace(/\.gz$/, ''));
}

async function open(content: string | Uint8Array, source: string): Promise<void> {
  const opened = await call('open', [content, source]);
  cell = opened.picture;
  model = opened.model;
  byId('cell-name').textContent = `${source}: ${describe(cell)}`;
  takeOut([]);
}

function pick(ball: number): void {
  const atoms = cell.structure.species.length;
  // Behind an answer's balls stand those that it kept.
  if (chosen || ball >= atoms) return;
  takeOut(out.includes(ball) ? out.filter((i) => i !== ball) : [...out, ball]);
}

async function takeSome(): Promise<void> {
  const first = Math.floor(Math.random() * cell.structure.species.length);
  takeOut(await call('around', [cell.structure, first, numberIn('cell-count')]));
}

function atomsIn(text: string): number[] {
  const numbers = (text.match(/\d+/g) ?? []).map(Number);
  const most = cell.structure.species.length;
  const wrong = numbers.find((i) => i >= most);
  if (wrong !== undefined) throw new Error(`There is no atom ${wrong}: they are numbered from 0 to ${most - 1}.`);
  return [...new Set(numbers)];
}

function takeOut(atoms: number[]): void {
  out = atoms;
  answers = [];
  chosen = undefined;
  byId<HTMLInputElement>('cell-out').value = out.join(', ');
  byId('cell-time').textContent = '';
  answerTable(byId('cell-answers'), [], [], () => {});
  draw();
}

async function fill(): Promise<void> {
  if (out.length === 0) throw new Error('Take out at least one atom: click on it, or write its number.');
  const time = byId('cell-time');
  time.textContent = 'loading the model …';
  await cellModel(model);
  const begun = performance.now();
  const onProgress = (share: number): void => {
    time.textContent = `${Math.round(100 * share)} %`;
  };
  const [samples, seed] = [numberIn('cell-samples'), numberIn('cell-seed')];
  answers = await call('fill', [cell.structure, out, model, samples, seed], onProgress as never);
  time.textContent = `${((performance.now() - begun) / 1000).toFixed(2)} s`;
  const rows = answers.map(({ residual, agreement, off }) => {
    return [residual.toFixed(3), `${Math.round(100 * agreement)} %`, off.toFixed(2)];
  });
  const head = ['residual, Å', 'agree', 'off, Å'];
  answerTable(byId('cell-answers'), head, rows, (k) => {
    chosen = answers[k];
    draw();
  });
}

function draw(): void {
  const gone = ballsOf(cell);
  for (const i of out) gone[i] = { ...gone[i], open: true };
  fade(gone);
  const isOpen = (i: number): boolean => out.includes(i);
  if (!chosen) {
    const bonds = [...pairs(cell.bonds)].filter(([i, j]) => !isOpen(i) && !isOpen(j)).flat();
    view.show(sceneOf(cell, gone, bonds), extentOf(cell));
    return;
  }
  const { picture } = chosen;
  const balls = ballsOf(picture);
  fade(balls);
  for (let i = balls.length - out.length; i < balls.length; i++) balls[i] = { ...balls[i], color: FOUND };
  view.show(sceneOf(picture, [...balls, ...out.map((i) => gone[i])]), extentOf(cell));
}

/** What is far from the atoms taken out is drawn small, lest it hides them. */
function fade(balls: Ball[]): void {
  const places = out.map((i) => cell.places.subarray(3 * i, 3 * i + 3));
  balls.forEach((ball, i) => {
    const far = ([x, y, z]: Float64Array): boolean =>
      Math.hypot(ball.at[0] - x, ball.at[1] - y, ball.at[2] - z) > SIGHT;
    if (out.length > 0 && places.every(far)) balls[i] = { ...ball, radius: 0.4 * ball.radius };
  });
}

function* pairs(bonds: Int32Array): Generator<[number, number]> {
  for (let b = 0; b < bonds.length; b += 2) yield [bonds[b], bonds[b + 1]];
}

export function startGenerator(): void {
  const canvas = new AtomView(byId<HTMLCanvasElement>('new-view'));
  let made: Picture | null = null;
  const show = (picture: Picture): void => canvas.show(sceneOf(picture, ballsOf(picture)), extentOf(picture));
  const kind = (): keyof typeof GENERATED => byId<HTMLSelectElement>('new-model').value as keyof typeof GENERATED;
  const setUsual = (): void => {
    byId<HTMLInputElement>('new-density').value = GENERATED[kind()].density;
    byId<HTMLInputElement>('new-atoms').value = GENERATED[kind()].atoms;
  };
  setUsual();
  on('new-model', 'change', setUsual);
  on('new-start', 'click', () =>
    busy('new-start', 'new-stop', async () => {
      const said = byId('new-time');
      said.textContent = 'loading the model …';
      await cellModel(kind());
      const begun = performance.now();
      const onProgress = ({ share, sigma, picture }: { share: number; sigma: number; picture: Picture }): void => {
        said.textContent = `${Math.round(100 * share)} %, noise ${sigma.toFixed(2)} Å; ${describe(picture)}`;
        made = picture;
        show(picture);
      };
      const settings = [
        numberIn('new-atoms'),
        numberIn('new-density'),
        numberIn('new-steps'),
        numberIn('new-seed'),
      ] as const;
      const cell = await call('generate', [kind(), ...settings], onProgress as never);
      if (!cell) {
        said.textContent += ' – stopped';
        return;
      }
      made = cell;
      show(cell);
      said.textContent = `${((performance.now() - begun) / 1000).toFixed(1)} s; ${describe(cell)}`;
    }),
  );
  on('new-stop', 'click', stop);
  on('new-save', 'click', async () => {
    if (!made) throw new Error('There is no cell yet.');
    download(await call('structureText', [made.structure]), 'generated.extxyz');
  });
}
