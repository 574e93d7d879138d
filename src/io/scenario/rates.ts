const PER_HOUR: Readonly<Record<string, number>> = { s: 3600, min: 60, h: 1 };
const RATE = /^(\d{1,15}(?:\.\d{1,25})?(?:e-?\d{1,2})?)\s*\/\s*(s|min|h|d)$/;

/** Arrivals per hour: `120/h`, `2/min`, `5/s`, `1000/d`. Undefined for other text. */
export function parseRatePerHour(text: string): number | undefined {
  const match = RATE.exec(text.trim());
  if (!match) return undefined;
  const amount = Number(match[1]);
  // 1000/d must be 1000/24, not 1000 times the rounded 1/24.
  return match[2] === 'd' ? amount / 24 : amount * PER_HOUR[match[2]!]!;
}

/** `120/h`. `parseRatePerHour` reads the same number back. */
export function formatRatePerHour(perHour: number): string {
  return `${perHour}/h`;
}

/** A share from 0 to 1: `10%` or `0.1`. Undefined for other text. */
export function parseShare(input: string | number): number | undefined {
  if (typeof input === 'number') return input >= 0 && input <= 1 ? input : undefined;
  const match = /^(\d{1,3}(?:\.\d{1,15})?)(\s*%)?$/.exec(input.trim());
  if (!match) return undefined;
  const share = match[2] === undefined ? Number(match[1]) : Number(match[1]) / 100;
  return share <= 1 ? share : undefined;
}
