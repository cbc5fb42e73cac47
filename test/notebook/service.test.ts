import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Figure } from '../../src/notebook';
import { renderCompactPng } from '../../src/notebook/render';
import { answer, type Tasks } from '../../src/notebook/service';
import { inFakeKernel } from './fakeKernel';

let folder = '';
let servers: Server[] = [];
let sockets: Socket[] = [];

/** The way to ask a service that performs such tasks, as a kernel of its own would. */
async function asking(tasks: Tasks): Promise<(task: string, question: unknown) => Promise<unknown>> {
  const server = createServer((socket) => {
    sockets.push(socket);
    answer(socket, tasks);
  });
  const place =
    process.platform === 'win32' ? `\\\\.\\pipe\\${process.pid}-${Date.now()}` : join(folder, `${Math.random()}.sock`);
  await new Promise<void>((resolve) => server.listen(place, resolve));
  servers.push(server);
  vi.stubEnv('GLASSY_SERVICE', place);
  vi.resetModules();
  return (await import('../../src/notebook/service.js')).ask;
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'service-'));
});
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  for (const server of servers) server.close();
  [sockets, servers] = [[], []];
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

describe('ask', () => {
  it('has the answer to each question, long ones and any signs included', async () => {
    const ask = await asking({ twice: (text: string) => text + text, half: async (n: number) => n / 2 });
    const long = 'Å²\n"∑" '.repeat(50_000);
    const answers = await Promise.all([ask('twice', long), ask('half', 3), ask('twice', '')]);
    expect(answers).toEqual([long + long, 1.5, '']);
  });

  it('has none without a service, where a task fails, and for a task unknown', async () => {
    const ask = await asking({
      fail: () => {
        throw new Error('no');
      },
      works: () => 1,
    });
    expect(await ask('fail', 0)).toBeUndefined();
    expect(await ask('unknown', 0)).toBeUndefined();
    expect(await ask('works', 0)).toBe(1);
    vi.stubEnv('GLASSY_SERVICE', '');
    expect(await ask('works', 0)).toBeUndefined();
  });

  it('has none once the service is gone, asked before or after', async () => {
    const ask = await asking({ never: () => new Promise(() => {}) });
    const asked = ask('never', 0);
    await vi.waitFor(() => expect(sockets).toHaveLength(1));
    sockets[0].destroy();
    expect(await asked).toBeUndefined();
    expect(await ask('never', 0)).toBeUndefined();
  });

  it('has none where nobody listens', async () => {
    const ask = await asking({});
    vi.stubEnv('GLASSY_SERVICE', join(folder, 'nobody.sock'));
    expect(await ask('any', 0)).toBeUndefined();
  });
});

describe('show', () => {
  const drawing = '<svg xmlns="http://www.w3.org/2000/svg" width="30" height="20"><circle r="9"/></svg>';
  const figure: Figure = { data: [], layout: { width: 30, height: 20 }, static: drawing };
  const shown = async (): Promise<unknown> => {
    const { show } = await import('../../src/notebook/index.js');
    const [{ data }] = await inFakeKernel(() => show(figure, { caption: 'c' }));
    return data['image/png'];
  };

  it('shows the picture that the service draws, and its own where that fails', async () => {
    const own = Buffer.from(await renderCompactPng(figure)).toString('base64');
    expect(await shown()).toBe(own);
    await asking({});
    expect(await shown()).toBe(own);
    const other = Buffer.from(await renderCompactPng({ ...figure, static: drawing.replace('9', '5') }));
    await asking({
      picture: (asked: Figure) => {
        expect(asked).toEqual(figure);
        return other.toString('base64');
      },
    });
    expect(await shown()).toBe(other.toString('base64'));
  });
});
