import { InputError } from './errors';

/** Chemical symbols by atomic number; entry 0 is the placeholder X. */
export const ELEMENTS: readonly string[] = (
  'X H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se Br Kr ' +
  'Rb Sr Y Zr Nb Mo Tc Ru Rh Pd Ag Cd In Sn Sb Te I Xe Cs Ba La Ce Pr Nd Pm Sm Eu Gd Tb Dy Ho Er Tm Yb Lu ' +
  'Hf Ta W Re Os Ir Pt Au Hg Tl Pb Bi Po At Rn Fr Ra Ac Th Pa U Np Pu Am Cm Bk Cf Es Fm Md No Lr ' +
  'Rf Db Sg Bh Hs Mt Ds Rg Cn Nh Fl Mc Lv Ts Og'
).split(' ');

const SYMBOLS = new Map(
  ELEMENTS.flatMap((symbol) => [symbol, symbol.toUpperCase(), symbol.toLowerCase()].map((s) => [s, symbol])),
);

/** The symbol of an element as it is usually spelt, whatever the case; other text stays as it is. */
export function elementSymbol(text: string): string {
  return SYMBOLS.get(text) ?? text;
}

/** Whether a kind of atom is text that can be written, without spaces, and no number. */
export function isSymbol(symbol: unknown): symbol is string {
  return typeof symbol === 'string' && /^(?!\d+$)[^\s\p{Cs}]+$/u.test(symbol);
}

/** Throws {@link InputError} unless {@link isSymbol}. */
export function requireSymbol(symbol: unknown, place: string): void {
  if (isSymbol(symbol)) return;
  throw new InputError(place, JSON.stringify(symbol) ?? String(symbol), 'a chemical symbol');
}

/** g/cm³ of one u/Å³ (CODATA 2018: 1 u = 1.66053906660e-24 g). */
export const GRAMS_PER_CUBIC_CENTIMETER = 1.6605390666;

/**
 * Standard atomic weights, u, by atomic number, abridged to five digits; conventional values where IUPAC gives an
 * interval, 0 where there is none.
 *
 * Prohaska et al., Pure Appl. Chem. 94, 573 (2022), doi:10.1515/pac-2019-0603.
 */
const ATOMIC_WEIGHTS = (
  '0 1.008 4.0026 6.94 9.0122 10.81 12.011 14.007 15.999 18.998 20.18 22.99 24.305 26.982 28.085 30.974 32.06 35.45 ' +
  '39.95 39.098 40.078 44.956 47.867 50.942 51.996 54.938 55.845 58.933 58.693 63.546 65.38 69.723 72.63 74.922 ' +
  '78.971 79.904 83.798 85.468 87.62 88.906 91.224 92.906 95.95 0 101.07 102.91 106.42 107.87 112.41 114.82 118.71 ' +
  '121.76 127.6 126.9 131.29 132.91 137.33 138.91 140.12 140.91 144.24 0 150.36 151.96 157.25 158.93 162.5 164.93 ' +
  '167.26 168.93 173.05 174.97 178.49 180.95 183.84 186.21 190.23 192.22 195.08 196.97 200.59 204.38 207.2 208.98 0 ' +
  '0 0 0 0 0 232.04 231.04 238.03'
).split(' ');

/** Standard atomic weight of an element, u; throws {@link InputError} for a symbol that has none. */
export function atomicWeight(symbol: string, place = 'species'): number {
  const weight = Number(ATOMIC_WEIGHTS[ELEMENTS.indexOf(symbol)] ?? 0);
  if (weight === 0) {
    throw new InputError(place, JSON.stringify(symbol), 'the symbol of an element with a standard atomic weight');
  }
  return weight;
}

/** Covalent radii, pm, by atomic number. Cordero et al., Dalton Trans. 2008, 2832, doi:10.1039/b801115j. */
const COVALENT_RADII = (
  '0 31 28 128 96 84 76 71 66 57 58 166 141 121 111 107 105 102 106 203 176 170 160 153 139 139 132 126 124 132 ' +
  '122 122 120 119 120 120 116 220 195 190 175 164 154 147 146 142 139 145 144 142 139 139 138 139 140 244 215 ' +
  '207 204 203 201 199 198 198 196 194 192 192 189 190 187 187 175 170 162 151 144 141 136 136 132 145 146 148 ' +
  '140 150 150 260 221 215 206 200 196 190 187 180 169'
).split(' ');

/** Parts of the volume that balls of the covalent radii fill, in aerogels and in the densest metals (uranium: 1.5). */
const [LEAST_FILLED, MOST_FILLED] = [0.001, 1.6];

/** Least and most volume, Å³, that atoms could have in any solid; those without a covalent radius take none. */
export function solidVolumes(species: readonly string[]): [least: number, most: number] {
  const balls = species.reduce((sum, symbol) => {
    const radius = Number(COVALENT_RADII[ELEMENTS.indexOf(symbol)] ?? 0) / 100;
    return sum + (4 / 3) * Math.PI * radius ** 3;
  }, 0);
  return [balls / MOST_FILLED, balls > 0 ? balls / LEAST_FILLED : Number.POSITIVE_INFINITY];
}
