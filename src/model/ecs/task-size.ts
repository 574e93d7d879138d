/**
 * Reads the text of `cpu` and `memory` at task level: digits are units (1/1024 vCPU, MiB); a decimal number with
 * `vCPU` or `GB` behind it, in any case, is 1024 of them each. Null when it is neither, or not a whole number of units.
 * Source: AWS ECS API reference, TaskDefinition; what exactly is read is chosen, as the reference shows examples only.
 */
export function readTaskSize(value: string | number, unit: 'vCPU' | 'GB'): number | null {
  const text = String(value).replace(/^ +| +$/g, '');
  if (/^\d+$/.test(text)) return safe(BigInt(text));
  const match = new RegExp(`^(\\d*)(?:\\.(\\d+))? *${unit}$`, 'i').exec(text);
  if (match === null) return null;
  const [, whole = '', fraction = ''] = match;
  if (whole === '' && fraction === '') return null;
  const scale = 10n ** BigInt(fraction.length);
  const units = BigInt(whole + fraction) * 1024n;
  return units % scale === 0n ? safe(units / scale) : null;
}

function safe(amount: bigint): number | null {
  return amount <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(amount) : null;
}
