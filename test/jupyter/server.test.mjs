import * as fs from 'node:fs';
import { createRequire } from 'node:module';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';

const { Server } = createRequire(import.meta.url)('../../jupyter/kernels/glassy-motifs/server.cjs');
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'server-'));
const config = path.join(folder, 'connection.json');
fs.writeFileSync(
  config,
  JSON.stringify({ transport: 'tcp', ip: '127.0.0.1', key: 'k', signature_scheme: 'hmac-sha256' }),
);
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

/** A server whose sockets are bound when `bind` is called. */
function unbound() {
  const server = new Server({ close: () => undefined }, config);
  let bind = () => undefined;
  const binding = new Promise((resolve) => {
    bind = resolve;
  });
  server.bindSocket = () => binding;
  return { server, bind };
}

describe('Server', () => {
  it.each(['shell', 'control'])('answers a request on %s once all sockets are bound', async (name) => {
    const { server, bind } = unbound();
    const handled = vi
      .spyOn(Object.getPrototypeOf(Server.prototype), 'handleShellMessage')
      .mockResolvedValue(undefined);
    const started = server.init();
    // Made once the connection file is read.
    await vi.waitUntil(() => server.hb !== undefined);
    const answer = server.handleShellMessage(server[name], 'request');
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(handled).not.toHaveBeenCalled();
    bind();
    await started;
    await answer;
    expect(handled.mock.calls).toEqual([[server[name], 'request']]);
    handled.mockRestore();
    for (const socket of ['iopub', 'shell', 'control', 'stdin', 'hb']) server[socket].close();
  });
});
