/** Noise levels in equal ratios from `high` to `low`, and then 0: steps + 1 numbers. */
export function noiseSchedule(steps: number, [high, low]: [number, number]): Float64Array {
  const levels = new Float64Array(steps + 1);
  // Powers differ in the last bit between versions of Node.js.
  const ratio = Math.log(low / high);
  for (let k = 0; k < steps; k++) levels[k] = high * Math.exp(steps === 1 ? 0 : (ratio * k) / (steps - 1));
  return levels;
}
