/** What content of files must be, declared by fields: one gate, so that wrong content is named and never used. */
import { InputError } from './errors';

/** Throws {@link InputError} naming `place` unless the value is as declared. */
export type Shape = (value: unknown, place: string) => void;

/** The value as what it was declared to be. Throws {@link InputError} naming the first field that is not. */
export function checked<T>(value: unknown, shape: Shape, place: string): T {
  shape(value, place);
  return value as T;
}

export const anything: Shape = () => {};

export const text: Shape = (value, place) => {
  if (typeof value !== 'string') wrong(value, place, 'text');
};

export const logical: Shape = (value, place) => {
  if (typeof value !== 'boolean') wrong(value, place, 'true or false');
};

/** A finite number. */
export const number: Shape = (value, place) => {
  if (!Number.isFinite(value)) wrong(value, place, 'a finite number');
};

/** An integer within bounds. */
export function integer(least: number, most: number = Number.MAX_SAFE_INTEGER): Shape {
  return (value, place) => {
    if (Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most) return;
    const above = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
    wrong(value, place, `an integer ${above}`);
  };
}

export function nullable(shape: Shape): Shape {
  return (value, place) => value === null || shape(value, place);
}

export function optional(shape: Shape): Shape {
  return (value, place) => value === undefined || shape(value, place);
}

/** A list of so many, or any number. */
export function list(shape: Shape, length?: number): Shape {
  return (value, place) => {
    if (!Array.isArray(value) || (length !== undefined && value.length !== length)) {
      return wrong(value, place, length === undefined ? 'a list' : `a list of ${length}`);
    }
    for (let k = 0; k < value.length; k++) shape(value[k], `${place}[${k}]`);
  };
}

/** An object with these fields, and whatever else. */
export function fields(shapes: Record<string, Shape>): Shape {
  return (value, place) => {
    const found = requireObject(value, place);
    for (const [name, shape] of Object.entries(shapes)) {
      shape(Object.hasOwn(found, name) ? found[name] : undefined, `${place}.${name}`);
    }
  };
}

/** An object whose every entry is alike. */
export function entries(shape: Shape): Shape {
  return (value, place) => {
    for (const [name, entry] of Object.entries(requireObject(value, place))) shape(entry, `${place}.${name}`);
  };
}

/** What `read` returns; its {@link InputError}s name the file before the field. */
export function inFile<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(`${file}: ${error.place}`, error.found, error.expected);
  }
}

function requireObject(value: unknown, place: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return wrong(value, place, 'an object');
  return value as Record<string, unknown>;
}

function wrong(value: unknown, place: string, expected: string): never {
  const shown = JSON.stringify(value) ?? String(value);
  throw new InputError(place, shown.length > 40 ? `${shown.slice(0, 40)}…` : shown, expected);
}
