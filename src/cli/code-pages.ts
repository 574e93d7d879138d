import type { DiagnosticCode } from '../errors.ts';

/** How what a code complains of is mended: one page for every code, so that none goes without. */
export const HOW_TO_MEND: Readonly<Record<DiagnosticCode, string>> = {
  E1001: 'Write a scenario into the file; stowage init makes one to start from.',
  E1002:
    'Split the file, or move bulk data into a trace. Kubernetes dumps of any size can be read as JSON (kubectl get -o json).',
  E1003: 'Save the file as UTF-8 text without NUL characters. Is it the right file?',
  E1004: 'Flatten the document: nothing in a scenario nests deeper than a dozen levels.',
  E1005:
    'The excerpt shows where the parser gave up: look for missing quotes, colons, brackets, tabs used as indentation.',
  E1006: 'Write out what the aliases stand for, or use a named template.',
  E1007: 'A document begins with keys: version: 1.',
  E1101: 'Add the key; the hint says what it takes. stowage schema describes every key.',
  E1102: 'Give the kind of value that the message names: a number, a text in quotes, a list, a mapping.',
  E1103: 'Use a value within the bounds that the message names.',
  E1104:
    'Write the quantity with its unit: 500m or 0.5 for CPU, 512MiB for memory, 90s or 1h30m for times, 0.0416 USD/h for prices.',
  E1105: 'Remove one of the two keys: only one of them could hold.',
  E1106: 'Use another name for the key.',
  E1203: 'Correct the spelling; the hint has the nearest key that exists there.',
  E1204: 'Use one of the names that the message or stowage catalog lists.',
  E1205: 'Rename one of the two: results tell them apart by name.',
  E1206:
    'Leave it out, or use what the hint offers in its place. CHANGELOG.md says what a newer version knows.',
  E1207:
    'Add --allow-plugins if you trust the file; it must export a scheduler (definePolicy of the library).',
  E1208: 'Move the file below the folder of the scenario, or name it by {traces} and --traces.',
  E1209: 'Write version: 1, or use the version of stowage that the scenario was written for.',
  E2001:
    'Make the task smaller, or give the fleet a larger instance type; stowage catalog instances --min-cpu N finds one.',
  W2001: 'As E2001, for some of the tasks: they will wait in vain.',
  E2002: 'Compare the constraints of the template with labels, zones and taints of the fleet.',
  W2002: 'Make the horizon longer, or let the first task arrive earlier.',
  W2004: 'As E2002, for some of the tasks: they will wait in vain.',
  W2003: 'Write seed: 1 into the scenario, so that it does not depend on a default.',
  E2003: 'Correct the object at the place named: kubectl apply would refuse it too.',
  E2004:
    'Let only Kubernetes platforms run the objects, or write the workload as services and jobs, which every platform runs.',
  W2005:
    'Nothing to mend if it does not matter to the question; the notes of the result count what was left out.',
  E2011: 'The message says which part ECS would refuse; correct the document, or add the one that it names.',
  E2012: 'Compare only platforms of kind ecs, or describe the workload in the neutral language.',
  W2012: 'Ask AWS for a higher quota, and say so under quotas of the platform; it is simulated all the same.',
  W2011: 'Nothing to mend if it does not matter to the question: what was left out is named.',
  E2101: 'Give the type a price of its own in types, or use a region that has one.',
  E2102:
    'Use a type that stowage catalog instances lists, or describe this one in types. Nodes of unknown types need the price of their group.',
  E2103:
    'Change the quantity, the dates or the terms that the message names: AWS sells or bills no such thing.',
  E3001: 'Look at the line named: a cell is not what its column holds.',
  E3002: 'Check the format, and for csv the column map.',
  E3003: 'Move the window: stowage plan shows how many rows there are.',
  E3004: 'Download the files of the trace again, both from the same edition.',
  E3005: 'The file is no trace of this format, or is damaged.',
  E3006: 'Download or compress the file again.',
  E4001: 'Check the name and the permissions. Names in a scenario are relative to its folder.',
  E4002: 'Check the permissions and the room on the disk, or name another place.',
  E4003: 'Name another place, or add --force to replace what is there.',
  E4004: 'Run again to make the result anew: it was changed, cut off, or made by another version.',
  E4005:
    'Name the folder with --traces FOLDER or STOWAGE_TRACES; the comment of the scenario says where the trace is published.',
  E4006: 'Get the file that the plan was made for, or drop its sha256 to plan anew.',
  E4008: 'Import the list again with stowage import prices, or name the file that it wrote.',
  E4007:
    'Use the version of stowage, the traces and the plug-ins that made the result, or run again and ask the new one.',
  E4009:
    'Check the address, the credentials in it or in the environment, and that the server accepts connections.',
  E4010: 'Install the package where stowage is installed: the message holds the line.',
  E4011:
    'It ran out of memory, or a plug-in ended its thread: give Node more with NODE_OPTIONS=--max-old-space-size=MB, use fewer --jobs, or run the seed that is named by itself.',
  E4012:
    'Write the log of the run without --log-sample. What a sample says about its own tasks holds all the same.',
  E5001: 'Read stowage COMMAND --help.',
};
