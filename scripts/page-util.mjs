// Stands for node:util in the script of the report page (scripts/bundle.mjs). Names lost their terminal sequences when
// they were put into the page; what else is invisible, src/io/terminal-text.ts strips by itself.
export const stripVTControlCharacters = (text) => text;
