/** Chance that a standard normal number exceeds z ≥ 0, to 1.2 · 10⁻⁷ of itself (Numerical Recipes, 2nd ed., §6.2). */
function normalTail(z: number): number {
  const x = z / Math.SQRT2;
  const t = 1 / (1 + x / 2);
  const series = [
    -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223,
    0.17087277,
  ];
  return (t / 2) * Math.exp(series.reduceRight((sum, coefficient) => sum * t + coefficient, 0) - x * x);
}

/** The z that a standard normal number exceeds with a chance of at most one half. */
export function normalQuantile(tail: number): number {
  let [low, high] = [0, 40];
  for (let halving = 0; halving < 60; halving++) {
    const middle = (low + high) / 2;
    if (normalTail(middle) > tail) low = middle;
    else high = middle;
  }
  return high;
}

/**
 * The t that Student's t of so many degrees of freedom exceeds with this chance: exact for 1 and 2, else by the
 * expansion about the normal quantile (Abramowitz & Stegun 26.7.5), to 0.2 % at chances of 1 % and more.
 */
export function studentQuantile(tail: number, freedom: number): number {
  if (freedom === 1) return 1 / Math.tan(Math.PI * tail);
  if (freedom === 2) return (1 - 2 * tail) / Math.sqrt(2 * tail * (1 - tail));
  const z = normalQuantile(tail);
  const s = z * z;
  const terms = [
    z,
    (z * (s + 1)) / 4,
    (z * ((5 * s + 16) * s + 3)) / 96,
    (z * (((3 * s + 19) * s + 17) * s - 15)) / 384,
    (z * ((((79 * s + 776) * s + 1482) * s - 1920) * s - 945)) / 92160,
  ];
  return terms.reduceRight((sum, term) => sum / freedom + term, 0);
}

/**
 * By how much the scatter of bootstrapped statistics of few independent groups is to be stretched for an interval as
 * wide as Student's: resamples vary too little. Hesterberg, Am. Stat. 69, 371 (2015),
 * doi:10.1080/00031305.2015.1089789.
 */
export function stretch(tail: number, groups: number): number {
  if (groups < 2) return 1;
  return (Math.sqrt(groups / (groups - 1)) * studentQuantile(tail, groups - 1)) / normalQuantile(tail);
}
