const { setTimeout: pause } = require('node:timers/promises');
const { tslab } = require('./tslab.cjs');

const jupyter = tslab('jupyter');

/** Time for requests that were sent before a failure was known to arrive, ms. */
const DRAIN = 50;

/**
 * tslab's server with one request at a time, as Jupyter's protocol has it: the kernel is busy while it computes, a
 * failure is an `error` message, and what waits behind one is aborted.
 */
exports.Server = class extends jupyter.ZmqServer {
  /** @param {import('./executor.cjs').Executor} executor @param {string} configPath */
  constructor(executor, configPath) {
    super(new jupyter.JupyterHandlerImpl(executor, false), configPath);
    this.executor = executor;
    this.bound = Promise.resolve();
    this.queue = this.bound;
    this.arrived = 0;
    this.abortUntil = 0;
    this.current = 0;
    this.count = 0;
    this.stopped = false;
  }

  async init() {
    const bound = super.init();
    // A request may arrive on one socket while another, which its answer needs, is still being bound.
    this.bound = bound.catch(() => undefined);
    this.queue = this.bound;
    await bound;
  }

  handleShellMessage(sock, ...parts) {
    const handle = () => super.handleShellMessage(sock, ...parts);
    if (sock !== this.shell) return this.bound.then(handle);
    const number = ++this.arrived;
    this.queue = this.queue.then(() => {
      this.current = number;
      return handle();
    });
    this.queue = this.queue.catch((error) => console.error(error));
    return this.queue;
  }

  async handleExecute(sock, message) {
    const send = (type, content, to = this.iopub) => {
      const reply = message.createReply();
      reply.header.msg_type = type;
      reply.content = content;
      reply.signAndSend(this.connInfo.key, to);
    };
    const answer = (content) => send('execute_reply', { execution_count: this.count, ...content }, sock);
    if (this.current <= this.abortUntil) return answer({ status: 'aborted' });
    const { code, silent, stop_on_error: stopsOnError = true } = message.content;
    if (!silent) send('execute_input', { code, execution_count: ++this.count });
    for (const name of ['stdout', 'stderr']) {
      const write = (stream, text) => send('stream', { name: stream, text });
      process[name].write = this.handler.createWriteToIopub(name, write);
    }
    jupyter.lastWriteDisplayData = (content, update) => send(update ? 'update_display_data' : 'display_data', content);
    this.stopped = false;
    const failed = await this.executor.execute(code, this.count, () => this.stopped);
    // What ended well because it heeded the Stop button still ends the queue.
    const failure = failed ?? (this.stopped ? this.executor.stopped() : null);
    if (failure === null) return answer({ status: 'ok', user_expressions: {}, payload: [] });
    send('error', failure);
    await pause(DRAIN);
    if (stopsOnError) this.abortUntil = this.arrived;
    return answer({ status: 'error', ...failure });
  }

  /** For SIGINT: work that listens to it itself ends by itself. */
  interrupt() {
    this.stopped = true;
    if (process.listenerCount('SIGINT') === 1) this.executor.interrupt();
  }

  close() {
    // What cells still print, and messages that the closed sockets refuse, have nowhere to go.
    for (const name of ['stdout', 'stderr']) process[name].write = () => true;
    super.close();
    // Threads and timers of cells would keep the process.
    setTimeout(() => process.exit(0), 500).unref();
  }
};
