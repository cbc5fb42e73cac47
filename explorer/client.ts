/** The page's side of the worker, and the data that come as scripts: pages opened as files may fetch nothing else. */
import type { Api, CellModel, MotifModel, Scale } from './worker';

type Result<K extends keyof Api> = Awaited<ReturnType<Api[K]>>;
interface Waiting {
  resolve(result: never): void;
  reject(error: Error): void;
  onProgress?: (progress: never) => void;
}

const texts = new Map<string, string>();
const loading = new Map<string, Promise<string>>();
const waiting = new Map<number, Waiting>();
let worker: Promise<Worker> | undefined;
let calls = 0;

// Called by the scripts of data/.
Object.assign(globalThis, { explorerData: (name: string, text: string) => texts.set(name, text) });

/** Text of a model, of cells, or of the worker. */
export function dataText(name: string): Promise<string> {
  const known = loading.get(name);
  if (known) return known;
  const text = new Promise<string>((resolve, reject) => {
    const script = Object.assign(document.createElement('script'), { src: `data/${name}.js` });
    script.onload = () => resolve(texts.get(name) as string);
    script.onerror = () => reject(new Error(`data/${name}.js is missing`));
    document.head.append(script);
  });
  loading.set(name, text);
  return text;
}

async function startWorker(): Promise<Worker> {
  const script = new Blob([await dataText('worker')], { type: 'text/javascript' });
  // Not of type 'module': browsers refuse such a worker to a page that was opened as a file.
  const started = new Worker(URL.createObjectURL(script));
  started.onmessage = ({ data: { id, result, error, progress } }) => {
    const call = waiting.get(id);
    if (progress !== undefined) return call?.onProgress?.(progress as never);
    waiting.delete(id);
    if (error === undefined) call?.resolve(result as never);
    else call?.reject(new Error(error));
  };
  started.onerror = ({ message }) => {
    for (const { reject } of waiting.values())
      reject(new Error(`The models cannot run here: ${message ?? 'no reason is given'}`));
    waiting.clear();
  };
  return started;
}

/** A call of a function of the worker; arguments and results are copied. */
export async function call<K extends keyof Api>(
  name: K,
  args: Parameters<Api[K]>,
  onProgress?: (progress: never) => void,
): Promise<Result<K>> {
  worker ??= startWorker();
  const started = await worker;
  const id = calls++;
  return new Promise<Result<K>>((resolve, reject) => {
    waiting.set(id, { resolve: resolve as Waiting['resolve'], reject, onProgress });
    started.postMessage({ id, name, args });
  });
}

/** Ends what the worker does after the step at hand. */
export async function stop(): Promise<void> {
  (await worker)?.postMessage({ name: 'stop' });
}

const scales = new Map<MotifModel, Promise<Scale>>();
const cellModels = new Map<CellModel, Promise<void>>();

export function motifModel(name: MotifModel): Promise<Scale> {
  const scale = scales.get(name) ?? dataText(name).then((text) => call('motifModel', [name, text]));
  scales.set(name, scale);
  return scale;
}

export function cellModel(name: CellModel): Promise<void> {
  const ready = cellModels.get(name) ?? dataText(name).then((text) => call('cellModel', [name, text]));
  cellModels.set(name, ready);
  return ready;
}
