/** What the page is told of its platforms beside their frames. */
export interface PageFacts {
  readonly platforms: readonly {
    readonly name: string;
    /** Result directory to ask `stowage explain` about. */
    readonly directory: string;
  }[];
  /** The command that writes these directories; null when they are there. */
  readonly writtenBy: string | null;
}
