export {
  STILLINGER_WEBER_SILICON,
  type StillingerWeberParameters,
  siliconStillingerWeber,
} from './stillingerWeber';

/** Silicon's bond cutoff, Å: the first minimum of g(r) of amorphous silicon. */
export const SILICON_BOND_CUTOFF = 2.85;
