/** NAME-001, NAME-002: as many digits as the last one needs, at least three, so that text order is number order. */
export function copyNames(name: string, copies: number): string[] {
  const digits = Math.max(3, String(copies).length);
  return Array.from({ length: copies }, (_, index) => `${name}-${String(index + 1).padStart(digits, '0')}`);
}
