import { useState } from 'preact/hooks';
import { formatDurationMs } from '../../units.ts';
import { copyText } from './clipboard.ts';
import type { Platform, Replay } from './replay.ts';
import { shellWord } from './words.ts';

interface CommandProps {
  readonly replay: Replay;
  readonly platform: Platform;
  /** What is explained: `task/web/12`, `decision/7`, `unplaced`. */
  readonly subject: string;
  /** As it stood then; null: the subject says when. */
  readonly atMs: number | null;
  /** What it tells. */
  readonly children: string;
}

/** The command that explains any decision of the run, to copy: the page carries the tables of some alone. */
export function ExplainCommand({ replay, platform, subject, atMs, children }: CommandProps) {
  const [isCopied, setCopied] = useState(false);
  const at = atMs === null ? '' : ` --at ${formatDurationMs(Math.round(atMs))}`;
  const command = `stowage explain ${shellWord(subject)} --result ${shellWord(platform.directory)}${at}`;
  const copy = async () => {
    await copyText(command);
    setCopied(true);
  };
  return (
    <div class="command">
      <p class="reading">{children}</p>
      <p>
        <code>{command}</code>{' '}
        <button type="button" aria-label={`Copy the command that explains ${subject}`} onClick={copy}>
          {isCopied ? 'copied' : 'copy'}
        </button>
      </p>
      {replay.writtenBy === null ? null : (
        <p class="reading">
          It reads results that nobody has written yet: <code>{replay.writtenBy}</code> does.
        </p>
      )}
    </div>
  );
}
