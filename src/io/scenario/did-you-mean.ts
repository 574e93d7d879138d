/** Names longer than this are not misspellings of anything. */
const MAX_LENGTH = 64;

/**
 * Up to three of `names` that `word` may have been meant to be, best first, equals in the order of `names`. A name
 * qualifies when its optimal-string-alignment distance is at most max(1, ⌊length of word / 3⌋), ignoring case, or
 * when one begins with the other.
 */
export function nearestNames(word: string, names: readonly string[]): string[] {
  if (word === '' || word.length > MAX_LENGTH) return [];
  const lower = word.toLowerCase();
  const limit = Math.max(1, Math.floor(word.length / 3));
  const ranked: { name: string; distance: number }[] = [];
  for (const name of new Set(names)) {
    const other = name.toLowerCase();
    let distance =
      Math.abs(other.length - lower.length) > limit ? limit + 1 : alignmentDistance(lower, other);
    // A prefix counts like the worst distance that still qualifies.
    if (distance > limit && lower.length >= 2 && (other.startsWith(lower) || lower.startsWith(other)))
      distance = limit;
    if (distance <= limit) ranked.push({ name, distance });
  }
  // Array.prototype.sort is stable: ties stay in the order of `names`.
  return ranked
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ name }) => name);
}

/** `did you mean "memory"?`, or the valid names when there are few, or undefined. */
export function didYouMean(word: string, names: readonly string[]): string | undefined {
  const nearest = nearestNames(word, names);
  if (nearest.length > 0) return suggest(nearest);
  return names.length > 0 && names.length <= 20 ? `use ${listed(names, 'or')}` : undefined;
}

/** `did you mean "a", "b" or "c"?` */
export function suggest(nearest: readonly string[]): string {
  return `did you mean ${listed(
    nearest.map((name) => `"${name}"`),
    'or',
  )}?`;
}

/** `a, b or c`. */
export function listed(words: readonly string[], conjunction: 'and' | 'or'): string {
  if (words.length <= 1) return words[0] ?? '';
  return `${words.slice(0, -1).join(', ')} ${conjunction} ${words[words.length - 1]!}`;
}

/**
 * Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours, each 1. Swaps are the most
 * frequent slip of the finger, and plain Levenshtein (what the packages offer) counts them twice.
 */
export function alignmentDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let best = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        best = Math.min(best, beforeLast[j - 2]! + 1);
      }
      row.push(best);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length]!;
}
