import type { LogRecord, TermsRecord } from '../log-record.ts';

/** What services have been said to ask for, by name. */
export class ServiceTerms {
  readonly #byService = new Map<string, TermsRecord>();

  /** Every record. */
  note(record: LogRecord): void {
    if (record.kind === 'terms') this.#byService.set(record.service, record);
  }

  /** Of the service behind a group of tasks; undefined for every other group. */
  of(group: string): TermsRecord | undefined {
    return this.#byService.get(group);
  }

  get size(): number {
    return this.#byService.size;
  }

  all(): Iterable<TermsRecord> {
    return this.#byService.values();
  }
}
