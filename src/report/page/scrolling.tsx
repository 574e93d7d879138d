import type { ComponentChildren } from 'preact';

/** What may be wider or higher than its place must be reachable by keyboard, to be scrolled by its keys. */
const regionOf = (label: string) => ({ role: 'region', tabIndex: 0, 'aria-label': label }) as const;

interface ScrollingProps {
  readonly label: string;
  readonly more?: string;
  readonly children: ComponentChildren;
}

/** A table that scrolls by itself. */
export function Scrolling({ label, more = '', children }: ScrollingProps) {
  return (
    <div class={`scroll ${more}`} {...regionOf(label)}>
      {children}
    </div>
  );
}
