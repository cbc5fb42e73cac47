import type { Socket } from 'node:net';

/** What a service does: answers to questions, both as JSON has them. */
export type Tasks = Record<string, (question: never) => unknown>;

interface Answer {
  id: number;
  /** Absent if the task failed. */
  answer?: unknown;
}

type Ask = (task: string, question: unknown) => Promise<unknown>;

let connected: Ask | undefined;

/**
 * The answer of the service that `GLASSY_SERVICE` names (a socket's path), which does for several kernels what each
 * would load large packages for; undefined if there is none or it failed, so that the caller does the work itself.
 */
export async function ask<Question>(task: string, question: Question): Promise<unknown> {
  const place = process.env.GLASSY_SERVICE;
  if (!place) return undefined;
  connected ??= connect(place);
  return connected(task, question);
}

function connect(place: string): Ask {
  const { connect: open } = require('node:net') as typeof import('node:net');
  const socket = open(place);
  const waiting = new Map<number, (answer: unknown) => void>();
  let lost = false;
  const lose = (): void => {
    lost = true;
    for (const settle of waiting.values()) settle(undefined);
    waiting.clear();
  };
  socket.on('error', lose).on('close', lose);
  eachMessage(socket, (message) => {
    const { id, answer } = message as Answer;
    waiting.get(id)?.(answer);
    waiting.delete(id);
    // An idle connection keeps no process alive.
    if (waiting.size === 0) socket.unref();
  });
  let asked = 0;
  return (task, question) =>
    new Promise((resolve) => {
      if (lost) return resolve(undefined);
      const id = asked++;
      waiting.set(id, resolve);
      socket.ref();
      socket.write(`${JSON.stringify({ id, task, question })}\n`);
    });
}

/** Answers what comes over a connection, one question after the other. */
export function answer(socket: Socket, tasks: Tasks): void {
  let before: Promise<void> = Promise.resolve();
  const reply = async ({ id, task, question }: { id: number; task: string; question: never }): Promise<void> => {
    const reached: Answer = { id };
    try {
      reached.answer = await tasks[task](question);
    } catch {
      // Who asked will do it, and meet the error where it belongs.
    }
    if (!socket.destroyed) socket.write(`${JSON.stringify(reached)}\n`);
  };
  socket.on('error', () => socket.destroy());
  eachMessage(socket, (message) => {
    before = before.then(() => reply(message as Parameters<typeof reply>[0]));
  });
}

/** Calls back with each message of a connection: a line of JSON. */
function eachMessage(socket: Socket, take: (message: unknown) => void): void {
  let pieces: string[] = [];
  socket.setEncoding('utf8').on('data', (text) => {
    const lines = String(text).split('\n');
    for (const line of lines.slice(0, -1)) {
      take(JSON.parse(pieces.join('') + line));
      pieces = [];
    }
    pieces.push(lines[lines.length - 1]);
  });
}
