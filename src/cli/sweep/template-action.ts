import { didYouMean, listed } from '../../io/scenario/did-you-mean.ts';
import type { CommandIo } from '../command-io.ts';
import type { Arguments } from '../commands.ts';
import { EXIT } from '../exit-codes.ts';
import { shellWord } from '../shell-word.ts';
import { usage } from '../usage.ts';
import { VERSION } from '../version.ts';
import { requirePlan } from './stored-sweep.ts';

const DEFAULT_SHARDS = 16;

/** What a template is filled with. */
interface Job {
  /** Of the plan, as typed. */
  readonly plan: string;
  /** Further flags of `sweep work`, each with a blank before it. */
  readonly flags: string;
  readonly shards: number;
  /** Fit for names: lower case letters, digits and dashes. */
  readonly name: string;
}

interface Template {
  /** The backend takes no more parts at once; null: no limit that matters. */
  readonly mostShards: number;
  readonly text: (job: Job) => string;
}

const TEMPLATES: Readonly<Record<string, Template>> = {
  // Slurm's MaxArraySize is 1001 unless the site has raised it: tasks are numbered from 0 to 1000 at most.
  slurm: {
    mostShards: 1001,
    text: ({ plan, shards, name, flags }) => `#!/bin/bash
#SBATCH --job-name=${name}
#SBATCH --array=0-${shards - 1}
#SBATCH --cpus-per-task=4
#SBATCH --time=04:00:00
#SBATCH --signal=B:TERM@60
# Submit with: sbatch sweep.sh
# Submitted again after a failure, it does what is missing. When all parts have ended:
#   npx stowage@${VERSION} sweep merge results-*
set -euo pipefail
trap 'kill -TERM "$child" 2>/dev/null; wait "$child"' TERM
npx --yes stowage@${VERSION} sweep work ${shellWord(plan)}${flags} \\
  --jobs "$SLURM_CPUS_PER_TASK" --progress plain --out "results-$SLURM_ARRAY_TASK_ID" &
child=$!
wait "$child"
`,
  },
  // kubernetes/kubernetes#98812: parallelism up to 10^5. backoffLimitPerIndex is stable since 1.33.
  kubernetes: {
    mostShards: 100_000,
    text: ({ plan, shards, name, flags }) => `# Apply with: kubectl apply -f sweep.yaml
# The volume holds ${plan} and takes the results. When the job is complete, where the volume is mounted:
#   npx stowage@${VERSION} sweep merge results-*
apiVersion: batch/v1
kind: Job
metadata:
  name: ${name}
spec:
  completionMode: Indexed
  completions: ${shards}
  parallelism: ${Math.min(shards, 100)}
  backoffLimitPerIndex: 3
  template:
    spec:
      restartPolicy: Never
      containers:
        - name: stowage
          image: node:22-slim
          workingDir: /sweep
          command: [sh, -c]
          # JOB_COMPLETION_INDEX tells which part this is.
          args:
            - >-
              exec npx --yes stowage@${VERSION} sweep work ${shellWord(plan)}${flags} --shards ${shards} --jobs 2
              --progress plain --out "results-$JOB_COMPLETION_INDEX"
          resources:
            requests: { cpu: "2", memory: 2Gi }
            limits: { memory: 2Gi }
          volumeMounts:
            - { name: sweep, mountPath: /sweep }
      volumes:
        - name: sweep
          persistentVolumeClaim: { claimName: sweep }
`,
  },
  // AWS Batch user guide, "Array jobs": from 2 to 10,000 children.
  'aws-batch': {
    mostShards: 10_000,
    text: ({ plan, shards, name, flags }) => `#!/bin/bash
# Fill in the three names, then run this file. The image of the job definition has Node and the AWS command line; its
# role may read and write the bucket. When all parts have ended:
#   aws s3 sync "s3://BUCKET/${name}" . && npx stowage@${VERSION} sweep merge results-*
set -euo pipefail
bucket=BUCKET queue=QUEUE definition=NODE-WITH-AWS-CLI
aws s3 cp ${shellWord(plan)} "s3://$bucket/${name}/plan.json"
aws batch submit-job --cli-input-json "$(cat << JSON
${batchJob(name, Math.max(2, shards), flags)}
JSON
)"
`,
  },
  // GitHub Actions, usage limits: a matrix makes 256 jobs at most.
  github: {
    mostShards: 256,
    text: ({
      plan,
      shards,
      name,
      flags,
    }) => `# .github/workflows/sweep.yaml, with ${plan} and its scenario in the repository
name: ${name}
on: workflow_dispatch
jobs:
  work:
    runs-on: ubuntu-latest
    strategy:
      fail-fast: false
      matrix:
        shard: [${Array.from({ length: shards }, (_, index) => index).join(', ')}]
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-node@v4
        with: { node-version: 22 }
      - run: >-
          npx --yes stowage@${VERSION} sweep work ${shellWord(plan)}${flags} --shard \${{ matrix.shard }}/${shards}
          --progress plain --out results-\${{ matrix.shard }}
      - uses: actions/upload-artifact@v4
        if: always()
        with: { name: "results-\${{ matrix.shard }}", path: "results-\${{ matrix.shard }}" }
  merge:
    needs: work
    if: always()
    runs-on: ubuntu-latest
    steps:
      - uses: actions/setup-node@v4
        with: { node-version: 22 }
      - uses: actions/download-artifact@v4
      - run: npx --yes stowage@${VERSION} sweep merge results-* -o markdown >> "$GITHUB_STEP_SUMMARY"
`,
  },
};

/** The job as JSON within an unquoted here-document: the shell fills in the three names, the container the rest. */
function batchJob(name: string, shards: number, flags: string): string {
  const home = `s3://$bucket/${name}`;
  const command = [
    'out=results-$AWS_BATCH_JOB_ARRAY_INDEX',
    `aws s3 cp ${home}/plan.json plan.json`,
    `aws s3 sync ${home}/$out $out`,
    `npx --yes stowage@${VERSION} sweep work plan.json${flags} --shards ${shards} --jobs 2 --progress plain --out $out`,
    `aws s3 sync $out ${home}/$out`,
  ].join(' && ');
  const job = {
    jobName: name,
    jobQueue: '$queue',
    jobDefinition: '$definition',
    arrayProperties: { size: shards },
    retryStrategy: { attempts: 3 },
    containerOverrides: {
      resourceRequirements: [
        { type: 'VCPU', value: '2' },
        { type: 'MEMORY', value: '2048' },
      ],
      command: ['bash', '-euc', command],
    },
  };
  return JSON.stringify(job, null, 2).replace(/\$(?=AWS_|out)/g, '\\$');
}

/** `sweep template`: a file for an existing scheduler of jobs, which starts the parts of a sweep. */
export async function templateAction(args: Arguments, io: CommandIo): Promise<number> {
  const kinds = Object.keys(TEMPLATES);
  const [kind, plan, extra] = (args['inputs'] as readonly string[] | undefined) ?? [];
  if (kind === undefined) throw usage('name what the parts run on', `use ${listed(kinds, 'or')}`);
  const template = TEMPLATES[kind];
  if (template === undefined)
    throw usage(`there is no template '${kind}'`, didYouMean(kind, kinds) ?? `use ${listed(kinds, 'or')}`);
  if (plan === undefined || extra !== undefined)
    throw usage('name one plan', 'stowage sweep plan writes one');
  const { scenario, runsCode } = requirePlan(plan, io).plan;
  const shards = (args['shards'] as number | undefined) ?? DEFAULT_SHARDS;
  if (!Number.isInteger(shards) || shards < 1 || shards > template.mostShards) {
    const hint = `${kind} takes from 1 to ${template.mostShards}; for more, add the parts' numbers up yourself: --shard $((1000 + INDEX))/N`;
    throw usage(`cannot use --shards ${shards}`, hint);
  }
  const word = scenario.name.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  const name = `sweep-${word}`.slice(0, 50).replace(/-+$/, '');
  io.out(template.text({ plan, shards, name, flags: runsCode ? ' --allow-plugins' : '' }));
  return EXIT.success;
}
