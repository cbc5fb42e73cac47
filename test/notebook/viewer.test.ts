import { JSDOM } from 'jsdom';
import { describe, expect, it } from 'vitest';
import { motifFigure, show } from '../../src/notebook';
import { project, turned } from '../../src/notebook/drawing';
import { viewerHtml } from '../../src/notebook/viewer';
import { randomMotifs } from '../evaluate/helpers';
import { inFakeKernel } from './fakeKernel';

const motifs = [1, 2, 3].map((seed) => ({ title: `</script><b>${seed}`, positions: randomMotifs(seed, 1, 8) }));
const figure = motifFigure(motifs, { bonds: 2.85, labels: 'distance' });

/** The page of a figure in a browser that runs scripts. */
function open(...given: Parameters<typeof motifFigure>): JSDOM['window'] {
  const made = motifFigure(...given);
  const outputs = ['<img id="still" alt="">', viewerHtml(made.drawing!)];
  const page = outputs.map((output) => `<div class="jp-OutputArea-child">${output}</div>`).join('');
  return new JSDOM(page, { runScripts: 'dangerously', pretendToBeVisual: true }).window;
}
const scenes = ({ document }: JSDOM['window']) => [...document.querySelectorAll('g.scene')].map((g) => g.innerHTML);
const painted = (window: JSDOM['window']) => new Promise((resolve) => window.requestAnimationFrame(resolve));

/** Moves the pointer over a scene while its button is down. */
async function drag(window: JSDOM['window'], scene: number, dx: number, dy: number): Promise<void> {
  const svg = window.document.querySelector('svg')!;
  Object.assign(svg, { setPointerCapture: () => {} });
  const send = (target: Element, type: string, clientX: number, clientY: number): boolean =>
    target.dispatchEvent(new window.MouseEvent(type, { clientX, clientY, bubbles: true, cancelable: true }));
  send(window.document.querySelectorAll('g.scene')[scene].parentElement!, 'pointerdown', 10, 10);
  send(svg, 'pointermove', 10 + dx, 10 + dy);
  send(svg, 'pointerup', 10 + dx, 10 + dy);
  await painted(window);
}

describe('a figure of atoms in a browser', () => {
  const options = { bonds: 2.85, labels: 'distance' as const };

  it('is the static picture until it is turned, then the same atoms from another side, and comes back', async () => {
    const window = open(motifs, options);
    const still = new JSDOM(figure.static!).window;
    const before = scenes(window);
    expect(before).toEqual(scenes(still));
    await drag(window, 1, 40, 25);
    const after = scenes(window);
    expect(after.map((scene, k) => scene === before[k])).toEqual([true, false, true]);
    expect(after[1].match(/<circle/g)).toHaveLength(before[1].match(/<circle/g)!.length);
    const group = window.document.querySelectorAll('g.scene')[1].parentElement!;
    group.dispatchEvent(new window.MouseEvent('dblclick', { bubbles: true }));
    await painted(window);
    expect(scenes(window)).toEqual(before);
  });

  it('turns those seen from the same side together', async () => {
    const window = open(motifs, { ...options, sameSide: 'all' });
    const before = scenes(window);
    await drag(window, 0, 30, 0);
    expect(scenes(window).every((scene, k) => scene !== before[k])).toBe(true);
  });

  it('follows the pointer: what is in front goes where it goes, and lengths stay', () => {
    const view = [1, 0, 0, 0, 1, 0, 0, 0, 1];
    const front = [0, 0, 1];
    expect(project(front, turned(view, 0.3, 0))[0]).toBeCloseTo(Math.sin(0.3), 12);
    expect(project(front, turned(view, 0, 0.3))[1]).toBeCloseTo(-Math.sin(0.3), 12);
    const seen = project([1, 2, 3], turned(turned(view, 0.7, -1.1), 2, 0.4));
    expect(Math.hypot(...seen)).toBeCloseTo(Math.hypot(1, 2, 3), 12);
  });

  it('needs no graphics context, leaves the wheel to the page, and runs nothing that a title says', () => {
    const window = open(motifs, options);
    expect(window.document.querySelectorAll('canvas')).toHaveLength(0);
    const wheel = new window.WheelEvent('wheel', { bubbles: true, cancelable: true });
    expect(window.document.querySelector('svg')!.dispatchEvent(wheel)).toBe(true);
    expect(window.document.querySelectorAll('b')).toHaveLength(0);
    expect(window.document.querySelector('svg text')?.textContent).toBe('</script><b>1');
  });

  it('shows one motif after the other by a slider if asked', () => {
    const window = open(motifs, { animated: true });
    const slider = window.document.querySelector('input')!;
    const titles = ['0', '2'].map((value) => {
      slider.value = value;
      slider.dispatchEvent(new window.Event('input'));
      expect(scenes(window)).toHaveLength(1);
      return window.document.querySelector('svg text')?.textContent;
    });
    expect(titles).toEqual(['</script><b>1', '</script><b>3']);
  });

  it('is sent after its picture, which it replaces where scripts run and which stays elsewhere', async () => {
    const [picture, live, caption] = await inFakeKernel(() => show(figure, { caption: 'Three.' }));
    expect(Object.keys(picture.data)).toEqual(['image/png', 'text/plain']);
    expect(Object.keys(live.data)).toEqual(['text/html']);
    expect(caption.data['text/markdown']).toBe('*Three.*');
    const without = String(live.data['text/html']).replace(/<script>[\s\S]*<\/script>/, '');
    expect(without).toMatch(/^<div data-drawing="\w+"><\/div>\n$/);
    const { document } = open(motifs, options);
    expect(document.getElementById('still')!.parentElement!.style.display).toBe('none');
  });
});
