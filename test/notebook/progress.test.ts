import { afterEach, describe, expect, it } from 'vitest';
import { onStop, progress } from '../../src/notebook';
import { liveCurve } from '../../src/notebook/progress';
import { captureOutput, inFakeKernel } from './fakeKernel';

/** A clock that goes on by `step` milliseconds each time `tick` is called. */
function clock(step: number): { now: () => number; tick: () => void } {
  let time = 0;
  const tick = (): void => {
    time += step;
  };
  return { now: () => time, tick };
}

describe('progress', () => {
  it('prints at most a line every five seconds outside a notebook, and nothing to stderr', async () => {
    const { now, tick } = clock(1000);
    const { stdout, stderr } = await captureOutput(() => {
      const bar = progress('Reading', 20, now);
      for (let k = 1; k <= 20; k++) {
        tick();
        bar.update(k);
      }
      bar.finish('20 files');
    });
    expect(stdout.split('\n')).toEqual([
      'Reading: 5 of 20, 15 s left',
      'Reading: 10 of 20, 10 s left',
      'Reading: 15 of 20, 5.0 s left',
      'Reading: 20 of 20, 0.0 s left',
      'Reading: done in 20 s (20 files)',
      '',
    ]);
    expect(stderr).toBe('');
  });

  it('overwrites one output in a notebook', async () => {
    const { now, tick } = clock(1000);
    const sent = await inFakeKernel(() => {
      const bar = progress('a < b', 2, now);
      tick();
      bar.update(1);
      tick();
      bar.update(2);
      bar.finish();
    });
    expect(sent.map(({ update }) => update)).toEqual([false, true, true]);
    expect(new Set(sent.map(({ transient }) => transient.display_id)).size).toBe(1);
    expect(sent[0].data['text/html']).toContain('<progress max="2" value="1"');
    expect(sent[2].data['text/html']).toBe('a &lt; b: done');
  });
});

describe('liveCurve', () => {
  it('redraws in place, then leaves a line of text and the points', async () => {
    const { now, tick } = clock(500);
    const options = { xLabel: 'Epoch', yLabel: 'Loss', names: ['train', 'validation'], xEnd: 3 };
    const live = liveCurve(options, now);
    const sent = await inFakeKernel(() => {
      for (const epoch of [1, 2, 3]) {
        tick();
        live.push(epoch, [1 / epoch, epoch === 2 ? Number.NaN : 2 / epoch]);
      }
      live.finish();
    });
    expect(sent.map(({ update }) => update)).toEqual([false, true, true, true]);
    expect(String(sent[2].data['text/html']).match(/<polyline/g)).toHaveLength(2);
    expect(String(sent[2].data['text/html'])).not.toContain('NaN');
    expect(sent[3].data['text/html']).toBe('Epoch 3: train 0.3333, validation 0.6667');
    expect(live.curves()[0]).toEqual({ name: 'train', x: [1, 2, 3], y: [1, 1 / 2, 1 / 3] });
  });

  it('ends without a point', async () => {
    const { stdout } = await captureOutput(() =>
      liveCurve({ xLabel: 'x', yLabel: 'y', names: ['a'] }, () => 0).finish(),
    );
    expect(stdout).toBe('no points (0.0 s)\n');
  });
});

describe('onStop', () => {
  let kernelHeard = 0;
  const kernel = (): void => void kernelHeard++;
  afterEach(() => void process.removeListener('SIGINT', kernel));

  it('aborts on SIGINT beside the handlers there were, until it is released', async () => {
    process.on('SIGINT', kernel);
    const before = process.listeners('SIGINT');
    const stop = onStop();
    await Promise.resolve();
    process.emit('SIGINT', 'SIGINT');
    expect(stop.signal.aborted).toBe(true);
    expect(kernelHeard).toBe(1);
    stop.release();
    expect(process.listeners('SIGINT')).toEqual(before);
  });

  it('leaves everything as it was if released at once', async () => {
    const before = process.listeners('SIGINT');
    onStop().release();
    await Promise.resolve();
    expect(process.listeners('SIGINT')).toEqual(before);
  });
});
