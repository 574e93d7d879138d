import { firstFitDecreasing, lowerBound2 } from './packing-bounds.ts';

/**
 * The least number of bins, by trying everything that could be better: items from large to small, each into every bin
 * of distinct room or a new one, cut off where the rest cannot beat the best known. For up to a dozen items.
 */
export function fewestBins(items: readonly number[], capacity: number): number {
  const sorted = [...items].sort((a, b) => b - a);
  const atLeast = lowerBound2(items, capacity);
  let best = firstFitDecreasing(items, capacity);
  const rooms: number[] = [];
  const place = (index: number): void => {
    if (best === atLeast || rooms.length >= best) return;
    if (index === sorted.length) {
      best = rooms.length;
      return;
    }
    const item = sorted[index]!;
    const seen = new Set<number>();
    for (let bin = 0; bin < rooms.length; bin++) {
      const room = rooms[bin]!;
      if (room < item || seen.has(room)) continue;
      seen.add(room);
      rooms[bin] = room - item;
      place(index + 1);
      rooms[bin] = room;
    }
    rooms.push(capacity - item);
    place(index + 1);
    rooms.pop();
  };
  place(0);
  return best;
}
