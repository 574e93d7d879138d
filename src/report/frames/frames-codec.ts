import { assert } from '../../errors.ts';
import type { Frames } from './frames.ts';

/**
 * Frames as bytes: a JSON head, then columns of variable-length integers (LEB128: seven bits a byte, low ones first),
 * each column in the form that makes its numbers small. Times are kept as differences: a task was placed so long after
 * the one before, waited, started and held its room for so long. What was not reached is 0, everything else one more.
 */
interface Head {
  readonly format: 'stowage-frames/2';
  readonly platform: string;
  readonly endMs: number;
  readonly shapes: Frames['shapes'];
  readonly groups: readonly string[];
  readonly classes: Frames['classes'];
  readonly zones: readonly string[];
  readonly thinning: Frames['thinning'];
  readonly instanceNames: readonly string[];
  readonly attempts: number;
  /** Names of tasks that are no plain number. */
  readonly taskNames: readonly string[];
}

/** Plain numbers, without leading zeros, that an integer column can hold. */
const NUMBER = /^(?:0|[1-9]\d{0,8})$/;

/** The bytes that `decodeFrames` reads. Exact; meant to be packed with gzip. */
export function encodeFrames(frames: Frames): Uint8Array {
  const { attempts, instances, platform, endMs, shapes, groups, classes, zones, thinning } = frames;
  const taskNames: string[] = [];
  const nameCodes = attempts.names.map((name) =>
    NUMBER.test(name) ? Number(name) * 2 : taskNames.push(name) * 2 - 1,
  );
  const head: Head = {
    ...{ format: 'stowage-frames/2', platform, endMs, shapes, groups, classes, zones, thinning },
    ...{ instanceNames: instances.names, attempts: attempts.length, taskNames },
  };
  const bytes = new ByteWriter();
  const text = new TextEncoder().encode(JSON.stringify(head));
  bytes.integer(text.length);
  bytes.raw(text);
  bytes.column(instances.shape);
  bytes.column(instances.zone);
  bytes.differences(instances.requestedMs);
  bytes.after(instances.runningMs, instances.requestedMs);
  bytes.after(instances.readyMs, instances.requestedMs);
  bytes.after(instances.drainingMs, instances.requestedMs);
  bytes.after(instances.endMs, instances.requestedMs);
  bytes.column(attempts.classId);
  bytes.differences(nameCodes);
  bytes.column(attempts.attempt);
  bytes.column(attempts.instance.map((instance) => instance + 1));
  bytes.column(attempts.gpuMask);
  bytes.differences(attempts.waitFromMs);
  bytes.after(attempts.placedMs, attempts.waitFromMs);
  bytes.after(attempts.runningMs, attempts.waitFromMs);
  bytes.after(attempts.endMs, attempts.waitFromMs);
  bytes.column(attempts.outcome);
  return bytes.finish();
}

/** The frames that `encodeFrames` wrote. */
export function decodeFrames(content: Uint8Array): Frames {
  const bytes = new ByteReader(content);
  const head = JSON.parse(new TextDecoder().decode(bytes.raw(bytes.integer()))) as Head;
  const { platform, endMs, shapes, groups, classes, zones, thinning, instanceNames: names } = head;
  const count = names.length;
  const shape = bytes.column(count);
  const zone = bytes.column(count);
  const requestedMs = bytes.differences(count);
  const instances = {
    ...{ names, shape, zone, requestedMs, runningMs: bytes.after(requestedMs) },
    ...{ readyMs: bytes.after(requestedMs), drainingMs: bytes.after(requestedMs) },
    endMs: bytes.after(requestedMs),
  };
  const { attempts: length } = head;
  const classId = bytes.column(length);
  const taskNames = Array.from(bytes.differences(length), (code) =>
    code % 2 === 0 ? String(code / 2) : head.taskNames[(code - 1) / 2]!,
  );
  const attempt = bytes.column(length);
  const instance = bytes.column(length).map((index) => index - 1);
  const gpuMask = bytes.column(length);
  const waitFromMs = bytes.differences(length);
  const placedMs = bytes.after(waitFromMs);
  const runningMs = bytes.after(waitFromMs);
  const ended = bytes.after(waitFromMs);
  const attempts = {
    ...{ length, classId, names: taskNames, attempt, instance, gpuMask, waitFromMs, placedMs, runningMs },
    ...{ endMs: ended, outcome: bytes.column(length) },
  };
  return { platform, endMs, shapes, groups, classes, zones, thinning, instances, attempts };
}

type Numbers = ArrayLike<number>;

class ByteWriter {
  #bytes = new Uint8Array(1 << 16);
  #length = 0;

  /** Any whole number from 0 to 2^53 - 1. */
  integer(value: number): void {
    assert(value >= 0, 'columns hold no negative numbers');
    if (this.#length + 8 > this.#bytes.length) this.#reserve(8);
    let rest = value;
    while (rest >= 128) {
      this.#bytes[this.#length++] = (rest % 128) + 128;
      rest = Math.floor(rest / 128);
    }
    this.#bytes[this.#length++] = rest;
  }

  raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  column(values: Numbers): void {
    for (let index = 0; index < values.length; index++) this.integer(values[index]!);
  }

  /** Each as its distance from the one before, odd when it is behind. */
  differences(values: Numbers): void {
    let before = 0;
    for (let index = 0; index < values.length; index++) {
      const step = values[index]! - before;
      this.integer(step >= 0 ? step * 2 : -step * 2 - 1);
      before = values[index]!;
    }
  }

  /** Each as the time since its origin, plus one; 0 for Infinity. No time lies before its origin. */
  after(values: Numbers, origins: Numbers): void {
    for (let index = 0; index < values.length; index++) {
      this.integer(values[index] === Number.POSITIVE_INFINITY ? 0 : values[index]! - origins[index]! + 1);
    }
  }

  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  #reserve(more: number): void {
    const wider = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + more));
    wider.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = wider;
  }
}

class ByteReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  integer(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.#bytes[this.#at++]!;
      if (byte < 128) return value + byte * scale;
      value += (byte - 128) * scale;
      scale *= 128;
    }
  }

  raw(length: number): Uint8Array {
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  column(length: number): Int32Array {
    return new Int32Array(length).map(() => this.integer());
  }

  differences(length: number): Float64Array {
    let before = 0;
    return new Float64Array(length).map(() => {
      const code = this.integer();
      before += code % 2 === 0 ? code / 2 : -(code + 1) / 2;
      return before;
    });
  }

  after(origins: Float64Array): Float64Array {
    return origins.map((origin) => {
      const code = this.integer();
      return code === 0 ? Number.POSITIVE_INFINITY : origin + code - 1;
    });
  }
}
