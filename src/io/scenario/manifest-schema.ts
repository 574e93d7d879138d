import * as z from 'zod';
import { textLeaf } from './leaves.ts';

/** Kubernetes objects: a file of them, or one object as it is. */
export const manifestSchema = z
  .union([
    textLeaf('a file name', 'k8s/*.yaml', { maxLength: 1000 }).describe(
      'Files or a folder of them, relative to the scenario; * stands for any part of a name.',
    ),
    z.record(z.string(), z.unknown()).describe('An object of the Kubernetes API, or a List.'),
  ])
  .meta({ examples: ['k8s/*.yaml'] });

/** With the defaults of the schema. */
export type ManifestInput = z.output<typeof manifestSchema>;
