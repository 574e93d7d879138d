/**
 * Normalisation factors of instance sizes, times four to be whole: nano 0.25 to 112xlarge 896. A metal size
 * counts as the equal virtual one. Source: AWS EC2 user guide of 2023-06, apply_ri.md.
 */
const QUARTERS: Readonly<Record<string, number>> = {
  nano: 1,
  micro: 2,
  small: 4,
  medium: 8,
  large: 16,
  xlarge: 32,
};

/** Multiples of xlarge that are on the list. */
const LISTED_MULTIPLES = new Set([2, 3, 4, 6, 8, 9, 10, 12, 16, 18, 24, 32, 48, 56, 96, 112]);

const METAL: readonly (readonly [RegExp, number])[] = [
  [/^a1$/, 32],
  [/^(?:m5zn|z1d)$/, 96],
  [/^(?:c6g|m6g|r6g|i3|x2g)d?$/, 128],
  [/^c5n$/, 144],
  [/^(?:(?:c5|m5|r5)[a-z]*|i3en)$/, 192],
  [/^u-/, 896],
];

/** Four times the normalisation factor of a type, undefined for a size that is not on the list. */
export function normalisedQuarters(type: string): number | undefined {
  const [family, size = ''] = splitType(type);
  const listed = Object.hasOwn(QUARTERS, size) ? QUARTERS[size] : undefined;
  if (listed !== undefined) return listed;
  if (size === 'metal') {
    const factor = METAL.find(([families]) => families.test(family))?.[1];
    return factor === undefined ? undefined : 4 * factor;
  }
  const match = /^(metal-)?([1-9]\d*)xl(arge)?$/.exec(size);
  if (!match) return undefined;
  const [, metal, digits, arge] = match;
  const multiple = Number(digits);
  const isListed =
    metal === undefined ? arge !== undefined && LISTED_MULTIPLES.has(multiple) : arge === undefined;
  return isListed ? 32 * multiple : undefined;
}

/** `m5` of `m5.large`. */
export function instanceFamily(type: string): string {
  return splitType(type)[0];
}

function splitType(type: string): [string, string | undefined] {
  const point = type.indexOf('.');
  return point < 0 ? [type, undefined] : [type.slice(0, point), type.slice(point + 1)];
}
