/** Atoms on a canvas, turned by pointer and keys: the look of the notebooks' drawings, fast enough for whole cells. */
import { fog, mix, project, turned } from '../src/notebook/drawing';

/** A ball at x, y, z in Å. */
export interface Ball {
  at: ArrayLike<number>;
  /** Å, on paper. */
  radius: number;
  color: string;
  /** A pale, dashed ball: where an atom was, or is not. */
  open?: boolean;
  label?: string;
}

export interface Scene {
  balls: Ball[];
  /** Pairs of balls by index. */
  bonds: ArrayLike<number>;
  /** Ends of lines, such as edges of a cell: 6 numbers each. */
  lines?: number[][];
}

const START = [0.94, 0, -0.342, -0.0846, 0.969, -0.2325, 0.3314, 0.2474, 0.9105];
/** Ball and bond as on paper; radians for a pixel, and for a key. */
const [PIXEL, KEY] = [1 / 120, 0.15];

/** One picture of atoms. */
export class AtomView {
  readonly #canvas: HTMLCanvasElement;
  readonly #onPick: (ball: number) => void;
  readonly #sprites = new Map<string, HTMLCanvasElement>();
  #scene: Scene = { balls: [], bonds: [] };
  #view: number[] = START;
  #extent = 4;
  #zoom = 1;
  #waiting = false;
  #flat: Float64Array = new Float64Array(0);

  constructor(canvas: HTMLCanvasElement, onPick: (ball: number) => void = () => {}) {
    this.#canvas = canvas;
    this.#onPick = onPick;
    this.#listen();
    new ResizeObserver(() => this.#draw()).observe(canvas);
  }

  /** Shows a scene from the side that was chosen; `extent`, Å from the middle to the border, is that of the first. */
  show(scene: Scene, extent: number): void {
    this.#scene = scene;
    this.#extent = extent;
    this.#draw();
  }

  #listen(): void {
    const canvas = this.#canvas;
    const down = new Map<number, { x: number; y: number }>();
    let moved = 0;
    canvas.addEventListener('pointerdown', (event) => {
      down.set(event.pointerId, { x: event.offsetX, y: event.offsetY });
      if (down.size === 1) moved = 0;
      canvas.setPointerCapture(event.pointerId);
    });
    canvas.addEventListener('pointermove', (event) => {
      const last = down.get(event.pointerId);
      if (!last) return;
      const [dx, dy] = [event.offsetX - last.x, event.offsetY - last.y];
      moved += Math.hypot(dx, dy);
      const before = spread(down);
      down.set(event.pointerId, { x: event.offsetX, y: event.offsetY });
      if (down.size > 1) this.#zoomBy(spread(down) / before);
      else this.#turn(dx * PIXEL, dy * PIXEL);
    });
    canvas.addEventListener('pointerup', (event) => {
      if (down.size === 1 && moved < 5) this.#pick(event.offsetX, event.offsetY);
      down.delete(event.pointerId);
    });
    canvas.addEventListener('pointercancel', (event) => down.delete(event.pointerId));
    canvas.addEventListener('dblclick', () => {
      this.#view = START;
      this.#zoom = 1;
      this.#draw();
    });
    canvas.addEventListener('wheel', (event) => {
      // The bare wheel scrolls the page.
      if (!event.ctrlKey) return;
      event.preventDefault();
      this.#zoomBy(Math.exp(-event.deltaY / 300));
    });
    canvas.addEventListener('keydown', (event) => {
      const turns: Record<string, [number, number]> = {
        ...{ ArrowLeft: [-KEY, 0], ArrowRight: [KEY, 0], ArrowUp: [0, -KEY], ArrowDown: [0, KEY] },
      };
      const zoom = { '+': 1.1, '=': 1.1, '-': 1 / 1.1 }[event.key];
      if (turns[event.key]) this.#turn(...turns[event.key]);
      else if (zoom) this.#zoomBy(zoom);
      else return;
      event.preventDefault();
    });
  }

  #turn(right: number, down: number): void {
    this.#view = turned(this.#view, right, down);
    this.#draw();
  }

  #zoomBy(factor: number): void {
    this.#zoom = Math.min(8, Math.max(0.5, this.#zoom * factor));
    this.#draw();
  }

  #pick(x: number, y: number): void {
    const { width, height, unit } = this.#measures();
    const { balls } = this.#scene;
    let best = -1;
    balls.forEach(({ radius }, i) => {
      const [px, py] = [width / 2 + this.#flat[3 * i] * unit, height / 2 - this.#flat[3 * i + 1] * unit];
      if (Math.hypot(px - x, py - y) > Math.max(8, radius * unit)) return;
      if (best < 0 || this.#flat[3 * i + 2] > this.#flat[3 * best + 2]) best = i;
    });
    if (best >= 0) this.#onPick(best);
  }

  #measures(): { width: number; height: number; unit: number } {
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    return { width, height, unit: (this.#zoom * Math.min(width, height)) / 2 / this.#extent };
  }

  #draw(): void {
    if (this.#waiting) return;
    this.#waiting = true;
    requestAnimationFrame(() => {
      this.#waiting = false;
      this.#paint();
    });
  }

  #paint(): void {
    const { width, height, unit } = this.#measures();
    const context = this.#canvas.getContext('2d');
    if (!context || width === 0) return;
    const dense = window.devicePixelRatio || 1;
    this.#canvas.width = width * dense;
    this.#canvas.height = height * dense;
    context.setTransform(dense, 0, 0, -dense, (dense * width) / 2, (dense * height) / 2);
    const { balls, bonds, lines = [] } = this.#scene;
    const flat = project(
      balls.flatMap(({ at }) => [at[0], at[1], at[2]]),
      this.#view,
    );
    this.#flat = flat;
    context.strokeStyle = '#8888';
    context.lineWidth = 1;
    for (const line of lines) {
      const [x, y, , u, v] = project(line, this.#view);
      context.beginPath();
      context.moveTo(x * unit, y * unit);
      context.lineTo(u * unit, v * unit);
      context.stroke();
    }
    // Far ones first; a bond counts as far as its middle.
    const order = [...balls.keys(), ...Array.from({ length: bonds.length / 2 }, (_, b) => -1 - b)];
    const end = (b: number, which: number): number => 3 * bonds[2 * b + which];
    const depth = (k: number): number =>
      k >= 0 ? flat[3 * k + 2] : (flat[end(-1 - k, 0) + 2] + flat[end(-1 - k, 1) + 2]) / 2;
    const depths = new Map(order.map((k) => [k, depth(k)]));
    order.sort((a, b) => (depths.get(a) as number) - (depths.get(b) as number));
    for (const k of order) {
      const far = (depths.get(k) as number) / this.#extent;
      if (k >= 0) this.#ball(context, balls[k], flat.subarray(3 * k, 3 * k + 3), unit, far);
      else this.#bond(context, bonds[-2 - 2 * k], bonds[-1 - 2 * k], unit, far);
    }
    for (const [i, { label, radius }] of balls.entries()) {
      if (label !== undefined) write(context, label, flat[3 * i] * unit, flat[3 * i + 1] * unit, radius * unit);
    }
  }

  #bond(context: CanvasRenderingContext2D, i: number, j: number, unit: number, far: number): void {
    const { balls } = this.#scene;
    const [a, b] = [i, j].map((k) => this.#flat.subarray(3 * k, 3 * k + 3));
    const length = Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
    // From surface to surface: what lies inside a ball would show through the nearer one.
    const [from, to] = [(0.93 * balls[i].radius) / length, 1 - (0.93 * balls[j].radius) / length];
    if (!(from < to)) return;
    const thick = 0.44 * Math.min(balls[i].radius, balls[j].radius) * unit;
    for (const [color, width] of [
      [mix('#444444', '#ffffff', fog(far)), thick + Math.min(1.6, 0.5 * thick)],
      [mix('#8a8a8a', '#ffffff', fog(far)), thick],
    ] as const) {
      context.strokeStyle = color;
      context.lineWidth = width;
      context.beginPath();
      context.moveTo((a[0] + from * (b[0] - a[0])) * unit, (a[1] + from * (b[1] - a[1])) * unit);
      context.lineTo((a[0] + to * (b[0] - a[0])) * unit, (a[1] + to * (b[1] - a[1])) * unit);
      context.stroke();
    }
  }

  #ball(context: CanvasRenderingContext2D, ball: Ball, at: Float64Array, unit: number, far: number): void {
    const radius = ball.radius * unit * (1 + 0.18 * far);
    const [x, y] = [at[0] * unit, at[1] * unit];
    if (ball.open) {
      context.beginPath();
      context.arc(x, y, radius, 0, 2 * Math.PI);
      context.fillStyle = `${ball.color}33`;
      context.fill();
      context.setLineDash([4, 2.5]);
      context.lineWidth = 2;
      context.strokeStyle = ball.color;
      context.stroke();
      context.setLineDash([]);
      return;
    }
    context.drawImage(
      this.#sprite(ball.color, Math.round(8 * fog(far)) / 8),
      x - radius,
      y - radius,
      2 * radius,
      2 * radius,
    );
  }

  /** A shaded ball, kept: gradients are slow. */
  #sprite(color: string, paleness: number): HTMLCanvasElement {
    const name = `${color} ${paleness}`;
    const known = this.#sprites.get(name);
    if (known) return known;
    const size = 96;
    const canvas = Object.assign(document.createElement('canvas'), { width: size, height: size });
    const context = canvas.getContext('2d') as CanvasRenderingContext2D;
    // Upside down, as the picture is.
    const light = context.createRadialGradient(0.36 * size, 0.68 * size, 0, 0.36 * size, 0.68 * size, 0.75 * size);
    const shades: [number, string][] = [
      [0, mix(color, '#ffffff', 0.7)],
      [0.45, color],
      [1, mix(color, '#000000', 0.5)],
    ];
    for (const [stop, shade] of shades) light.addColorStop(stop, mix(shade, '#ffffff', paleness));
    context.beginPath();
    context.arc(size / 2, size / 2, size / 2 - 1.5, 0, 2 * Math.PI);
    context.fillStyle = light;
    context.fill();
    context.lineWidth = 1.5;
    context.strokeStyle = mix('#222222', '#ffffff', paleness);
    context.stroke();
    this.#sprites.set(name, canvas);
    return canvas;
  }
}

function spread(down: Map<number, { x: number; y: number }>): number {
  const [a, b] = [...down.values()];
  return b ? Math.hypot(a.x - b.x, a.y - b.y) || 1 : 1;
}

function write(context: CanvasRenderingContext2D, text: string, x: number, y: number, radius: number): void {
  context.save();
  context.translate(x, y);
  context.scale(1, -1);
  context.font = `${Math.max(10, radius)}px system-ui, sans-serif`;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.lineWidth = 3;
  context.strokeStyle = '#fffc';
  context.strokeText(text, 0, 0);
  context.fillStyle = '#222';
  context.fillText(text, 0, 0);
  context.restore();
}
