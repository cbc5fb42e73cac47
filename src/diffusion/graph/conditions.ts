import { anything, list, number, text } from '../../core/content';
import { InputError, requireKnownOptions, requireOneOf } from '../../core/errors';

/** A number that cells were made under, such as a cooling rate. */
export interface GraphCondition {
  name: string;
  /** What is uniform: the number itself or its logarithm. */
  scale: 'linear' | 'log';
  /** Smallest and largest of the cells. */
  range: [number, number];
}

/** Values of conditions by their names. */
export type Conditions = Readonly<Record<string, number>>;

/** What has conditions, or none. */
interface Conditional {
  conditions?: readonly GraphCondition[];
}

/** Gaussians at equal distances over the range that describe the value of a condition. */
const LEVELS = 4;

/** Numbers that describe all conditions. */
export function conditionWidth({ conditions = [] }: Conditional): number {
  return LEVELS * conditions.length;
}

/** Throws {@link InputError} naming the condition that is none. */
export function requireConditions({ conditions = [] }: Conditional): void {
  list(anything)(conditions, 'option conditions');
  conditions.forEach((condition, k) => {
    const place = `option conditions[${k}]`;
    requireKnownOptions(condition, ['name', 'scale', 'range'], place);
    const { name, scale, range } = condition;
    text(name, `${place}.name`);
    requireOneOf(scale, ['linear', 'log'], `${place}.scale`);
    list(number, 2)(range, `${place}.range`);
    if (!(range[0] < range[1]) || (scale === 'log' && range[0] <= 0)) {
      const above = scale === 'log' ? ' above 0' : '';
      throw new InputError(`${place}.range`, JSON.stringify(range), `two rising numbers${above}`);
    }
    if (conditions.findIndex((other) => other.name === name) === k) return;
    throw new InputError(`${place}.name`, name, 'another name for each condition');
  });
}

/**
 * The numbers that describe conditions, all 0 where they are left open: Gaussians as wide as their distance.
 *
 * @throws InputError naming a condition that is unknown, missing or out of its range
 */
export function describeConditions(config: Conditional, given?: Conditions, place = 'option conditions'): Float32Array {
  const row = new Float32Array(conditionWidth(config));
  if (given === undefined) return row;
  const { conditions = [] } = config;
  const names = conditions.map(({ name }) => name);
  const unknown = Object.keys(given).find((name) => !names.includes(name));
  if (unknown) throw new InputError(place, unknown, names.join(', ') || 'none, for the model was trained without any');
  conditions.forEach(({ name, scale, range }, c) => {
    const value = given[name];
    const [low, high] = range;
    if (!(value >= low && value <= high)) {
      throw new InputError(`${place}.${name}`, value === undefined ? 'none' : `${value}`, `from ${low} to ${high}`);
    }
    const along = scale === 'log' ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
    for (let k = 0; k < LEVELS; k++) row[LEVELS * c + k] = Math.exp(-0.5 * (along * (LEVELS - 1) - k) ** 2);
  });
  return row;
}
