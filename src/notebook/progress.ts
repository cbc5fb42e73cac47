import { randomBytes } from 'node:crypto';
import { requireKnownOptions } from '../core';
import { inNotebook, sendDisplay } from './display';
import { escapeXml, FONT_NAME, textWidth } from './fonts';
import { DASHES, INK, PALETTE } from './style';

/** A display that overwrites itself: HTML in a notebook, at most a line every five seconds on a terminal. */
export interface LiveDisplay {
  /** `text` is a thunk: it is only made where it is printed. */
  update(html: () => string, text: () => string): void;
  finish(html: () => string, text: () => string): void;
}

const NOTEBOOK_INTERVAL = 200;
const TERMINAL_INTERVAL = 5000;

function liveDisplay(now: () => number): LiveDisplay {
  const id = randomBytes(8).toString('hex');
  let shown = false;
  let last = now();
  const put = (html: () => string, text: () => string): void => {
    last = now();
    if (!inNotebook()) return void process.stdout.write(`${text()}\n`);
    sendDisplay({ 'text/html': html(), 'text/plain': text() }, { id, update: shown });
    shown = true;
  };
  return {
    update(html, text): void {
      const interval = inNotebook() ? NOTEBOOK_INTERVAL : TERMINAL_INTERVAL;
      if (now() - last >= interval) put(html, text);
    },
    finish: put,
  };
}

/** How far a long task is. */
export interface Progress {
  /** Reports `done` of the total, with a short remark (a loss, a file name). */
  update(done: number, remark?: string): void;
  /** Replaces the bar by one line, which says how long it took except in a notebook, where it would be stored. */
  finish(remark?: string): void;
}

/**
 * A progress bar that overwrites itself in a notebook, and prints a line every five seconds elsewhere; never to
 * stderr. `now` returns milliseconds.
 */
export function progress(label: string, total: number, now: () => number = Date.now): Progress {
  const start = now();
  const live = liveDisplay(now);
  let latest = 0;
  const seconds = (): number => (now() - start) / 1000;
  const line = (remark?: string): string => {
    const left = latest > 0 ? `, ${duration((seconds() / latest) * (total - latest))} left` : '';
    return `${label}: ${latest} of ${total}${left}${remark === undefined ? '' : ` (${remark})`}`;
  };
  return {
    update(done, remark): void {
      latest = done;
      const bar = (): string =>
        `<progress max="${total}" value="${done}" style="width:20em"></progress> ${escapeXml(line(remark))}`;
      live.update(bar, () => line(remark));
    },
    finish(remark): void {
      const took = inNotebook() ? '' : ` in ${duration(seconds())}`;
      const done = (): string => `${label}: done${took}${remark === undefined ? '' : ` (${remark})`}`;
      live.finish(() => escapeXml(done()), done);
    },
  };
}

function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '?';
  if (seconds < 100) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

/** Options of {@link liveCurve}. */
export interface LiveCurveOptions {
  xLabel: string;
  yLabel: string;
  /** One line each. */
  names: readonly string[];
  /** Known end of the x axis (the last epoch), so that the picture does not rescale. */
  xEnd?: number;
  /** Logarithmic y axis (default true). */
  yLog?: boolean;
}

/** Curves that grow while the work goes on. */
export interface LiveCurve {
  /** Adds one point to each curve, in the order of `names`. */
  push(x: number, values: readonly number[]): void;
  /** Takes the live picture away; show the final figure with {@link show} and `curvesFigure(live.curves())`. */
  finish(remark?: string): void;
  /** All points so far, as `curvesFigure` takes them. */
  curves(): { name: string; x: number[]; y: number[] }[];
}

/**
 * Curves redrawn in place during long work (plotly output does not repaint in JupyterLab, SVG does); prints a line
 * every five seconds outside a notebook. At the end one line of text stays, so that the notebook stores one figure.
 */
export function liveCurve(options: LiveCurveOptions, now: () => number = Date.now): LiveCurve {
  requireKnownOptions(options, ['names', 'xLabel', 'yLabel', 'xEnd', 'yLog']);
  const live = liveDisplay(now);
  const start = now();
  const x: number[] = [];
  const y: number[][] = options.names.map(() => []);
  const line = (): string => {
    const values = options.names.map((name, k) => `${name} ${y[k][y[k].length - 1]?.toPrecision(4)}`);
    return `${options.xLabel} ${x[x.length - 1]}: ${values.join(', ')}`;
  };
  return {
    push(at, values): void {
      x.push(at);
      values.forEach((value, k) => void y[k].push(value));
      live.update(() => drawCurves(x, y, options), line);
    },
    finish(remark): void {
      // Stored outputs keep no times.
      const took = inNotebook() ? [] : [duration((now() - start) / 1000)];
      const remarks = [...took, ...(remark === undefined ? [] : [remark])].join(', ');
      const text = (): string => `${x.length === 0 ? 'no points' : line()}${remarks === '' ? '' : ` (${remarks})`}`;
      live.finish(() => escapeXml(text()), text);
    },
    curves: () => options.names.map((name, k) => ({ name, x: [...x], y: [...y[k]] })),
  };
}

const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [640, 320, 70, 16, 34, 46];

function drawCurves(x: readonly number[], y: readonly number[][], options: LiveCurveOptions): string {
  const log = options.yLog ?? true;
  const scale = (value: number): number => (log ? Math.log10(value) : value);
  const usable = y.flat().map(scale).filter(Number.isFinite);
  const low = Math.min(...usable);
  const high = Math.max(...usable, low + 1e-9);
  const end = Math.max(options.xEnd ?? 0, x[x.length - 1], x[0] + 1e-9);
  const px = (value: number): number => LEFT + ((value - x[0]) / (end - x[0])) * (WIDTH - LEFT - RIGHT);
  const py = (value: number): number => TOP + ((high - scale(value)) / (high - low)) * (HEIGHT - TOP - BOTTOM);
  const write = (text: string, tx: number, ty: number, anchor: string, more = `fill="${INK}"`): string =>
    `<text x="${tx}" y="${ty}" text-anchor="${anchor}" ${more}>${escapeXml(text)}</text>`;
  const value = (at: number): string => (log ? 10 ** at : at).toPrecision(3);
  const [foot, side] = [HEIGHT - BOTTOM, (TOP + HEIGHT - BOTTOM) / 2];
  let at = LEFT;
  const lines = y.map((values, k) => {
    const color = PALETTE[k % PALETTE.length];
    const shown = values.map((_, i) => i).filter((i) => Number.isFinite(scale(values[i])));
    const points = shown.map((i) => `${px(x[i]).toFixed(1)},${py(values[i]).toFixed(1)}`).join(' ');
    const dash = DASHES[k % DASHES.length] === 'solid' ? '' : ' stroke-dasharray="6,4"';
    const name = write(options.names[k], at, 20, 'start', `fill="${color}"`);
    at += textWidth(options.names[k], 13) + 18;
    return `<polyline points="${points}" fill="none" stroke="${color}" stroke-width="1.8"${dash}/>${name}`;
  });
  const frame = `x="${LEFT}" y="${TOP}" width="${WIDTH - LEFT - RIGHT}" height="${foot - TOP}"`;
  const words = [
    write(value(high), LEFT - 6, TOP + 5, 'end') + write(value(low), LEFT - 6, foot + 5, 'end'),
    write(String(x[0]), LEFT, foot + 18, 'middle') + write(String(end), WIDTH - RIGHT, foot + 18, 'end'),
    write(options.xLabel, (LEFT + WIDTH) / 2, HEIGHT - 8, 'middle'),
    write(options.yLabel, 16, side, 'middle', `fill="${INK}" transform="rotate(-90,16,${side})"`),
  ];
  const font = `font-family="${FONT_NAME}, Verdana, sans-serif" font-size="13"`;
  const head = `xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" ${font}`;
  const paper = `<rect width="100%" height="100%" fill="white"/><rect ${frame} fill="none" stroke="${INK}"/>`;
  return `<svg ${head}>${paper}${lines.join('')}${words.join('')}</svg>`;
}

/** A signal for long work, and its end. */
export interface StopSignal {
  signal: { readonly aborted: boolean };
  /** Returns the Stop button to the kernel; call it in `finally`. */
  release(): void;
}

/**
 * A signal that aborts when the user presses Stop (SIGINT): the cell ends in its own way, and the kernel runs none of
 * those that wait behind it. It takes effect from the cell's next `await` on.
 */
export function onStop(): StopSignal {
  const controller = new AbortController();
  const stop = (): void => controller.abort(new Error('stopped by the user'));
  let held = true;
  // The kernel runs a cell up to its first await under node:vm's breakOnSigint, which takes all handlers away and
  // leaves one that was added meanwhile deaf; so this one is added when that is over.
  queueMicrotask(() => held && process.on('SIGINT', stop));
  return {
    signal: controller.signal,
    release(): void {
      held = false;
      process.removeListener('SIGINT', stop);
    },
  };
}
