interface GrowableColumn extends ArrayLike<number> {
  set(from: ArrayLike<number>): void;
  fill(value: number, start?: number): unknown;
}

/** A longer copy of a column; the new part holds `filler`. */
export function grown<T extends GrowableColumn>(
  type: new (length: number) => T,
  column: ArrayLike<number>,
  length: number,
  filler = 0,
): T {
  const longer = new type(length);
  longer.set(column);
  if (filler !== 0) longer.fill(filler, column.length);
  return longer;
}
