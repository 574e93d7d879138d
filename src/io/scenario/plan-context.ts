import type { TraceFormat } from '../../model/plan.ts';
import type { UserMetricDefinition } from '../../model/user-metric.ts';
import type { KubernetesPluginDefinition } from '../../schedulers/registry.ts';
import type { Catalogue } from '../catalogue.ts';
import type { ReadPriceList } from '../prices/price-file.ts';
import type { SetArgument } from './apply-sets.ts';

/** What resolving needs to know of the price list. */
export type PlanCatalogue = Pick<
  Catalogue,
  'id' | 'date' | 'regions' | 'zones' | 'type' | 'spotAdvice' | 'list'
>;

/** One machine of a node list. */
export interface ListedNode {
  readonly name: string;
  readonly cpuMilli: number;
  readonly memoryBytes: number;
  readonly gpuCount: number;
  readonly gpuModel: string;
}

/**
 * The files beside a scenario. Each function takes a name as the scenario has it, with `{traces}` not yet replaced,
 * and throws `InputError` for files that cannot be read (E4001), may not be read (E1208), or stand in a traces
 * folder that is not set (E4005).
 */
export interface ScenarioFiles {
  /** SHA-256, in hex, of all bytes that reading the trace would read. */
  hashTrace(file: string, format: TraceFormat): Promise<string> | string;
  /** SHA-256, in hex, of one file. */
  hashFile(file: string): Promise<string> | string;
  /** The bytes of one file. */
  readBytes(file: string): Uint8Array;
  /** Runs a module and returns the scheduler plugins that it exports. Errors: E1207. Only where the user allows it. */
  loadKubernetesPlugins(file: string): Promise<readonly KubernetesPluginDefinition[]>;
  /** Runs a module and returns the metrics that it exports. Errors: E1207. Only where the user allows it. */
  loadMetrics(file: string): Promise<readonly UserMetricDefinition[]>;
  /** Machines of a node list in the openb format. */
  readNodes(file: string): Promise<readonly ListedNode[]> | readonly ListedNode[];
  /** A price list made by `stowage import prices`. */
  readPrices(file: string): Promise<ReadPriceList> | ReadPriceList;
  /**
   * The files that a name means, in order of name: one file, every manifest of a folder (`.yaml`, `.yml`, `.json`), or
   * with `*` every one that matches. At least one.
   */
  readManifests(name: string): readonly ManifestFile[];
}

/** A file of Kubernetes objects. */
export interface ManifestFile {
  /** As positions name it. */
  readonly file: string;
  readonly bytes: Uint8Array;
}

/** Everything outside the scenario that its plan depends on. */
export interface PlanContext {
  readonly catalogue: PlanCatalogue;
  readonly files: ScenarioFiles;
  /** May the scenario name modules to load? */
  readonly allowPlugins: boolean;
  /** In place of the price list that the scenario names: what to call it, and what it says. */
  readonly prices?: { readonly file: string; readonly read: ReadPriceList };
  /** `--set` arguments, in order. */
  readonly sets?: readonly SetArgument[];
}
