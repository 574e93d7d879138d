import { assert } from '../errors.ts';
import type { HostPort } from './task-class.ts';

const ANY_ADDRESS = '0.0.0.0';
const NO_BITS = new Uint32Array(0);

/**
 * The host ports that occur in a run, each a bit. Two ports clash when protocol and number are equal and the
 * addresses are equal or one of them is 0.0.0.0 (Kubernetes' rule; ECS knows no addresses). The plan knows every
 * port beforehand, so bit sets never change their length.
 */
export class PortTable {
  readonly #ports: readonly HostPort[];
  /** 32-bit words per bit set. */
  readonly words: number;

  constructor(ports: readonly HostPort[]) {
    this.#ports = ports.filter((port, index) => ports.findIndex((other) => samePort(port, other)) === index);
    this.words = Math.ceil(this.#ports.length / 32);
  }

  /** The ports' own bits, and the bits of every known port that clashes with one of them. */
  bitsOf(ports: readonly HostPort[]): {
    readonly portBits: Uint32Array;
    readonly portClashBits: Uint32Array;
  } {
    if (ports.length === 0) return { portBits: NO_BITS, portClashBits: NO_BITS };
    const portBits = new Uint32Array(this.words);
    const portClashBits = new Uint32Array(this.words);
    for (const port of ports) {
      const own = this.#ports.findIndex((known) => samePort(port, known));
      assert(own >= 0, 'a host port is missing in the port table');
      setBit(portBits, own);
      this.#ports.forEach((known, index) => {
        if (clash(port, known)) setBit(portClashBits, index);
      });
    }
    return { portBits, portClashBits };
  }
}

function samePort(a: HostPort, b: HostPort): boolean {
  return a.ip === b.ip && a.protocol === b.protocol && a.port === b.port;
}

function clash(a: HostPort, b: HostPort): boolean {
  const sameAddress = a.ip === b.ip || a.ip === ANY_ADDRESS || b.ip === ANY_ADDRESS;
  return sameAddress && a.protocol === b.protocol && a.port === b.port;
}

function setBit(bits: Uint32Array, index: number): void {
  bits[index >>> 5]! |= 1 << (index & 31);
}
