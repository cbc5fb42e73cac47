/** Motifs: sliders of the latent, the way from one to another, and atoms taken out and found again. */
import { call, cellModel, dataText, motifModel } from './client';
import { answerTable, attempt, byId, download, numberIn, on } from './dom';
import { AtomView, type Ball } from './view';
import type { Motif, MotifModel, Scale } from './worker';

const BOND = 2.85;
const COLORS = { center: '#4d4d4d', bonded: '#0072b2', far: '#e69f00', found: '#009e73' };
const STEPS = 41;

let model: MotifModel = 'matched';
let scale: Scale;
let shown: Float64Array = new Float64Array(0);
let latent: Float32Array = new Float32Array(0);
const ends: { a?: Float64Array; b?: Float64Array } = {};
let way: Motif[] = [];
const out = new Set<number>();
let view: AtomView;
/** Counts changes: answers to those that others have overtaken are not shown. */
let change = 0;

export function startMotifs(): void {
  view = new AtomView(byId<HTMLCanvasElement>('motif-view'), (ball) => ball > 0 && ball <= 8 && toggle(ball - 1));
  on('motif-model', 'change', () => choose(byId<HTMLSelectElement>('motif-model').value as MotifModel));
  on('motif-draw', 'click', async () => {
    const seed = byId<HTMLInputElement>('motif-seed');
    show(await call('draw', [model, seed.valueAsNumber]));
    seed.stepUp();
  });
  on('motif-cut', 'click', cut);
  on('motif-a', 'click', () => keep('a'));
  on('motif-b', 'click', () => keep('b'));
  on('motif-way', 'input', () => show(way[numberIn('motif-way')]));
  on('motif-fill', 'click', complete);
  on('motif-save', 'click', async () => download(await call('motifText', [shown]), 'motif.xyz'));
  const boxes = byId('motif-atoms');
  for (let k = 0; k < 8; k++) {
    const box = Object.assign(document.createElement('input'), { type: 'checkbox', id: `motif-out-${k}` });
    box.addEventListener('change', () => toggle(k));
    box.setAttribute('aria-label', `take out atom ${k + 1}`);
    const label = Object.assign(document.createElement('label'), { textContent: String(k + 1) });
    label.prepend(box);
    boxes.append(label);
  }
  attempt(() => choose(model));
}

async function choose(name: MotifModel): Promise<void> {
  scale = await motifModel(name);
  model = name;
  ends.a = undefined;
  ends.b = undefined;
  sayEnds();
  const sliders = byId('motif-sliders');
  sliders.replaceChildren(
    ...scale.mean.map((_, k) => {
      const slider = Object.assign(document.createElement('input'), {
        type: 'range',
        min: '-3',
        max: '3',
        step: '0.05',
      });
      slider.setAttribute('aria-label', `latent ${k + 1}`);
      slider.addEventListener('input', () => attempt(slide));
      return slider;
    }),
  );
  show(await call('decode', [name, scale.mean]));
}

function sliders(): HTMLInputElement[] {
  return [...byId('motif-sliders').children] as HTMLInputElement[];
}

async function slide(): Promise<void> {
  const own = ++change;
  const begun = performance.now();
  const z = sliders().map((slider, k) => scale.mean[k] + scale.deviation[k] * slider.valueAsNumber);
  const motif = await call('decode', [model, z, shown]);
  if (own !== change) return;
  setShown(motif);
  byId('motif-time').textContent = `${(performance.now() - begun).toFixed(1)} ms`;
}

/** Shows a motif, its latent on the sliders. */
function show(motif: Motif): void {
  change++;
  setShown(motif);
  sliders().forEach((slider, k) => {
    slider.value = String((latent[k] - scale.mean[k]) / scale.deviation[k]);
  });
}

function setShown(motif: Motif): void {
  shown = motif.positions;
  latent = motif.latent;
  answerTable(byId('motif-answers'), [], [], () => {});
  draw();
}

async function cut(): Promise<void> {
  const { given, made } = await call('cut', [model, await dataText('silicon'), numberIn('motif-number')]);
  show(made);
  shown = given;
  draw();
}

function keep(end: 'a' | 'b'): Promise<void> {
  ends[end] = shown;
  return walk();
}

async function walk(): Promise<void> {
  sayEnds();
  if (!ends.a || !ends.b) return;
  way = await call('walk', [model, ends.a, ends.b, STEPS]);
  Object.assign(byId('motif-way'), { value: '0' });
  show(way[0]);
}

function sayEnds(): void {
  byId<HTMLInputElement>('motif-way').disabled = !(ends.a && ends.b);
  const said = [ends.a ? 'A is kept' : 'no A yet', ends.b ? 'B is kept' : 'no B yet'];
  byId('motif-ends').textContent = said.join(', ');
}

function toggle(k: number): void {
  if (!out.delete(k)) out.add(k);
  byId<HTMLInputElement>(`motif-out-${k}`).checked = out.has(k);
  answerTable(byId('motif-answers'), [], [], () => {});
  draw();
}

async function complete(): Promise<void> {
  if (out.size === 0 || out.size === 8) throw new Error('Take out some of the eight atoms, not all of them.');
  if (model === 'matched') await cellModel('motifs');
  const problem: [Float64Array, number[], number] = [shown, [...out], numberIn('motif-seed')];
  const { head, answers } = await call(model === 'matched' ? 'complete' : 'descend', problem);
  const rows = answers.map(({ row }) => row);
  answerTable(byId('motif-answers'), head, rows, (k) => draw(answers[k].placed));
}

function ball(at: Float64Array, color: string, more: Partial<Ball> = {}): Ball {
  return { at, radius: 0.42, color, ...more };
}

function draw(placed: Float64Array = new Float64Array(0)): void {
  const atoms = Array.from({ length: 8 }, (_, k) => shown.subarray(3 * k, 3 * k + 3));
  const balls = [ball(new Float64Array(3), COLORS.center)];
  atoms.forEach((at, k) => {
    const color = Math.hypot(...at) < BOND ? COLORS.bonded : COLORS.far;
    balls.push(ball(at, color, { open: out.has(k), label: String(k + 1) }));
  });
  for (let k = 0; k < placed.length; k += 3)
    balls.push(ball(placed.subarray(k, k + 3), COLORS.found, { radius: 0.34 }));
  const solid = [...balls.keys()].filter((i) => !balls[i].open);
  const bonds = solid.flatMap((i) =>
    solid.filter((j) => j > i && distance(balls[i].at, balls[j].at) < BOND).flatMap((j) => [i, j]),
  );
  view.show({ balls, bonds }, 4.6);
}

function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}
