import { InputError } from '../core/errors';
import { atomicWeight, ELEMENTS, elementSymbol } from '../core/periodicTable';

/** Elements of numbered atom types: a list that begins with type 1, or an object by type. */
export type TypeNames = readonly string[] | Readonly<Record<string, string>>;

/** What to do where atoms are numbered and nothing says which elements the numbers mean. */
export const TYPES_REMEDY = 'chemical symbols, or the option types (--types Si,O: type 1 is Si, type 2 is O)';

/** Weights closer than this, in u, name an element, if only one is so close. */
const TOLERANCE = 0.1;

/** Throws {@link InputError} unless every type is named by a chemical symbol. */
export function requireTypeNames(types: TypeNames | undefined): void {
  for (const [type, symbol] of Object.entries(types ?? {})) {
    if (ELEMENTS.includes(elementSymbol(symbol))) continue;
    const expected = `a chemical symbol for type ${Array.isArray(types) ? Number(type) + 1 : type}`;
    throw new InputError('option types', JSON.stringify(symbol) ?? String(symbol), expected);
  }
}

/**
 * The element that the option `types` names for an atom type; throws {@link InputError} at `place` if it names none.
 */
export function namedType(type: string, types: TypeNames | undefined, place: string): string {
  const symbol = Array.isArray(types) ? types[Number(type) - 1] : (types as Record<string, string> | undefined)?.[type];
  if (symbol !== undefined) return elementSymbol(symbol);
  throw new InputError(
    place,
    `atom type ${type}${types ? ', which the option types does not name' : ''}`,
    TYPES_REMEDY,
  );
}

/**
 * The one element whose standard atomic weight is within 0.1 u of a mass, or undefined.
 *
 * A mass of exactly 1 names none: it stands for no mass at all in files of reduced units.
 */
export function elementOfMass(mass: number): string | undefined {
  if (mass === 1) return undefined;
  const near = ELEMENTS.filter((symbol) => Math.abs(weightOf(symbol) - mass) < TOLERANCE);
  return near.length === 1 ? near[0] : undefined;
}

function weightOf(symbol: string): number {
  try {
    return atomicWeight(symbol);
  } catch {
    return NaN;
  }
}
