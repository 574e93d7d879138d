/** What the page is told of its platforms beside their frames. */
export interface PageFacts {
  readonly platforms: readonly {
    readonly name: string;
    /** Result directory to ask `stowage explain` about; null when none was written. */
    readonly directory: string | null;
  }[];
}
