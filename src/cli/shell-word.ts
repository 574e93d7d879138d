/** A word of a command line as a shell reads it back. */
export function shellWord(word: string): string {
  // Braces are none of the shell's unless it would expand them: {a,b}, {1..9}.
  const isPlain = /^[\w@%+=:,./{}-]+$/.test(word) && !/\{.*(?:,|\.\.).*\}/.test(word);
  return isPlain ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
