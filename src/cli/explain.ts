import { DIAGNOSTIC_CODES, type DiagnosticCode } from '../errors.ts';
import type { ExplainQuestion } from '../experiment/explain-run.ts';
import type { RunExplanation } from '../experiment/explanation.ts';
import { didYouMean } from '../io/scenario/did-you-mean.ts';
import { textTable, wrapText } from '../report/text-layout.ts';
import { csvOf } from './answer-csv.ts';
import { formOf, printDocument } from './answer.ts';
import { HOW_TO_MEND } from './code-pages.ts';
import type { CommandIo } from './command-io.ts';
import type { Arguments } from './commands.ts';
import { EXIT } from './exit-codes.ts';
import { storedScenario } from './stored-scenario.ts';
import { timeOf } from './time-argument.ts';
import { usage } from './usage.ts';

/** Subjects, as people are told of them. */
const SUBJECTS = 'task/web/12, decision/7, unplaced, node/i-0000001, E1203 or codes';

/** Explains a decision of a finished run, what waits, an instance, or an error code. */
export async function main(args: Arguments, io: CommandIo): Promise<number> {
  const subject = String(args['subject']);
  if (subject === 'codes' || /^[EW]\d{4}$/i.test(subject)) return explainCodes(subject, args, io);
  const what = questionOf(subject);
  refuseForeignFlags(what, args);
  const top = topOf(args);
  if (args['result'] === undefined) {
    throw usage('explain needs --result DIR', 'run and compare write one with --out DIR');
  }
  const explanation = await explanationOf(String(args['result']), { what, top }, args, io);
  await print(explanation, top, args, io);
  return EXIT.success;
}

type Subject =
  | { readonly kind: 'task' | 'node'; readonly name: string }
  | { readonly kind: 'decision'; readonly number: number }
  | { readonly kind: 'unplaced' };

function questionOf(subject: string): Subject {
  const slash = subject.indexOf('/');
  const kind = slash < 0 ? subject : subject.slice(0, slash);
  const name = slash < 0 ? '' : subject.slice(slash + 1);
  if (kind === 'unplaced' && slash < 0) return { kind };
  if ((kind === 'task' || kind === 'pod') && name !== '') return { kind: 'task', name };
  if ((kind === 'node' || kind === 'instance') && name !== '') return { kind: 'node', name };
  if (kind === 'decision' && /^[1-9]\d{0,14}$/.test(name)) return { kind, number: Number(name) };
  const hint = didYouMean(kind, ['task', 'node', 'decision', 'unplaced', 'codes']);
  throw usage(`cannot explain '${subject}': name ${SUBJECTS}`, hint);
}

/** Flags that would change nothing. */
function refuseForeignFlags({ kind }: Subject, args: Arguments): void {
  if (kind === 'decision' && args['at'] !== undefined)
    throw usage('a decision has its own time: --at is for the others');
  if (kind === 'node' && args['policy'] !== undefined)
    throw usage('--policy is for task, decision and unplaced');
  if (kind === 'node' && args['top'] !== undefined)
    throw usage('--top is for task, decision and unplaced', '-o wide shows all tasks');
}

async function explanationOf(
  directory: string,
  { what, top }: { readonly what: Subject; readonly top: number },
  args: Arguments,
  io: CommandIo,
): Promise<RunExplanation> {
  const { explainRun } = await import('../experiment/explain-run.ts');
  const { prepared, stored } = await storedScenario(directory, args, io);
  const at = args['at'] === undefined ? undefined : timeOf('--at', String(args['at']), prepared.plan);
  const question: ExplainQuestion = at === undefined ? what : { ...what, atMs: at };
  return explainRun(prepared, question, {
    platform: stored.summary.platform.name,
    expected: stored.summary,
    ...(args['policy'] === undefined ? {} : { policy: String(args['policy']) }),
    top,
  });
}

function topOf(args: Arguments): number {
  const top = (args['top'] as number | undefined) ?? 10;
  if (Number.isSafeInteger(top) && top > 0) return top;
  throw usage(`cannot use --top ${top}`, 'a whole number from 1 on');
}

async function print(
  explanation: RunExplanation,
  top: number,
  args: Arguments,
  io: CommandIo,
): Promise<void> {
  const form = formOf(args);
  if (form === 'json') {
    await printDocument(io, 'json', explanation);
    return;
  }
  if (form === 'csv') {
    const { explanationTable } = await import('../report/explanation-rows.ts');
    const { columns, rows } = explanationTable(explanation);
    const answer = columns.map((name) => ({
      title: name,
      name,
      align: 'left' as const,
      value: (row: (typeof rows)[number]) => row[name] ?? null,
    }));
    io.out(csvOf(answer, rows));
    return;
  }
  const { renderExplanation } = await import('../report/explanation-text.ts');
  const { width, ascii, paint } = io;
  io.print(renderExplanation(explanation, { width, ascii, paint, wide: form === 'wide', top }));
}

/** A page about a code, or a table of all. */
async function explainCodes(subject: string, args: Arguments, io: CommandIo): Promise<number> {
  const foreign = ['result', 'at', 'policy', 'top', 'files'].find((flag) => args[flag] !== undefined);
  if (foreign !== undefined) throw usage(`--${foreign} says nothing about codes`);
  const wanted = subject.toUpperCase();
  const codes = Object.keys(DIAGNOSTIC_CODES) as DiagnosticCode[];
  const shown = subject === 'codes' ? codes : codes.filter((code) => code === wanted);
  if (shown.length === 0)
    throw usage(
      `there is no code ${wanted}`,
      didYouMean(wanted, codes) ?? 'stowage explain codes lists them',
    );
  const rows = shown.map((code) => ({ code, meaning: DIAGNOSTIC_CODES[code], mend: HOW_TO_MEND[code] }));
  const form = formOf(args);
  if (form === 'json') await printDocument(io, 'json', subject === 'codes' ? rows : rows[0]);
  else if (form === 'csv') {
    const column = (name: 'code' | 'meaning' | 'mend') => ({
      title: name,
      name,
      align: 'left' as const,
      value: (row: (typeof rows)[number]) => row[name],
    });
    io.out(csvOf([column('code'), column('meaning'), column('mend')], rows));
  } else if (subject === 'codes') {
    const cells = rows.flatMap(({ code, meaning, mend }) => [
      ...wrapText(meaning, io.width - 7).map((line, index) => [index === 0 ? code : '', line]),
      ...wrapText(mend, io.width - 9).map((line) => ['', io.paint('dim', `  ${line}`)]),
    ]);
    const columns = [
      { title: 'code', align: 'left' },
      { title: 'what it means, and how to mend it', align: 'left' },
    ] as const;
    for (const line of textTable(columns, cells, io.paint)) io.print(line);
  } else {
    const { code, meaning, mend } = rows[0]!;
    io.print(`${io.paint('heading', code)}  ${meaning}`);
    for (const line of wrapText(mend, io.width - 7, '       ')) io.print(line);
  }
  return EXIT.success;
}
