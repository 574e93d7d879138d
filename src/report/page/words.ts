import { DAY, decimal, HOUR, MINUTE, SECOND } from '../../units.ts';

const two = (value: number) => String(value).padStart(2, '0');

/** A moment of the run, `day 3 07:05:09`, in milliseconds where they are not zero; without the day in short runs. */
export function clock(timeMs: number, endMs: number): string {
  const rest = Math.floor(timeMs) % DAY;
  const milliseconds = rest % SECOND;
  const time = `${two(Math.floor(rest / HOUR))}:${two(Math.floor(rest / MINUTE) % 60)}:${two(Math.floor(rest / SECOND) % 60)}`;
  const fraction = milliseconds === 0 ? '' : `.${String(milliseconds).padStart(3, '0')}`;
  return `${endMs > DAY ? `day ${Math.floor(timeMs / DAY) + 1} ` : ''}${time}${fraction}`;
}

/** A stretch of time in its two largest units: `2h 5m`, `3.2 s`. */
export function stretch(durationMs: number): string {
  if (durationMs < MINUTE) return `${decimal(durationMs / SECOND, durationMs < 10 * SECOND ? 2 : 1)} s`;
  if (durationMs < HOUR)
    return `${Math.floor(durationMs / MINUTE)}m ${two(Math.floor(durationMs / SECOND) % 60)}s`;
  if (durationMs < DAY)
    return `${Math.floor(durationMs / HOUR)}h ${two(Math.floor(durationMs / MINUTE) % 60)}m`;
  return `${Math.floor(durationMs / DAY)}d ${two(Math.floor(durationMs / HOUR) % 24)}h`;
}

/** Millicores as vCPUs. */
export function vcpus(milli: number): string {
  return decimal(milli / 1000, milli < 10_000 ? 2 : milli < 100_000 ? 1 : 0).replace(/\.0+$/, '');
}

/** MiB as GiB, or as they are when there are few. */
export function memory(mib: number): string {
  if (mib < 1024) return `${decimal(mib, 0)} MiB`;
  return `${decimal(mib / 1024, mib < 10_240 ? 2 : mib < 102_400 ? 1 : 0).replace(/\.0+$/, '')} GiB`;
}

/** Never more than it is: 99.96 % is not full. */
export function share(part: number, whole: number): string {
  return whole === 0 ? '–' : `${decimal(Math.floor((part / whole) * 1000) / 10, 1)}%`;
}

/** A word of a command line as a shell reads it back. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
