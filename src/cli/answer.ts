import type { CommandIo } from './command-io.ts';
import type { Arguments } from './commands.ts';

/** The form asked for: `-o`, or `--json`. */
export function formOf(args: Arguments): string {
  return args['json'] === true ? 'json' : String(args['output']);
}

/** Exactly one document on stdout. */
export async function printDocument(io: CommandIo, form: 'json' | 'yaml', value: unknown): Promise<void> {
  if (form === 'json') {
    io.out(JSON.stringify(value, null, 2));
    return;
  }
  const { yamlText } = await import('../io/yaml-text.ts');
  io.out(yamlText(value));
}

/**
 * Writes the files, then the answer. When a file cannot be written, people get the answer all the same, for the run took
 * its time; programs get one document, the error.
 */
export async function answerAfter(
  args: Arguments,
  writeFiles: () => Promise<void>,
  answer: () => Promise<void>,
): Promise<void> {
  try {
    await writeFiles();
  } catch (error) {
    if (formOf(args) === 'text') await answer();
    throw error;
  }
  await answer();
}
