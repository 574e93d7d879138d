import type { PlatformPlan } from '../model/plan.ts';

/** How the platform places, in a few words for tables and headings: `binpack cpu`, `kube-scheduler 1.36`. */
export function schedulerText(platform: PlatformPlan): string {
  const { name, plugin, options } = platform.scheduler;
  if (plugin !== null) return `own scheduler ${plugin}`;
  switch (platform.kind) {
    case 'ecs':
      return strategiesText(options);
    case 'kubernetes':
      return `kube-scheduler ${platform.version}${hasConfig(options) ? ', own configuration' : ''}${pluginsText(options)}`;
    case 'bare':
      return optionsText(name, options);
  }
}

function strategiesText(options: unknown): string {
  const { placementStrategy = [] } = (options ?? {}) as {
    readonly placementStrategy?: readonly { readonly type: string; readonly field?: string }[];
  };
  if (placementStrategy.length === 0) return 'default placement';
  return placementStrategy
    .map(({ type, field }) =>
      field === undefined ? type : `${type} ${field.replace(/^attribute:(?:ecs\.)?/, '')}`,
    )
    .join(', then ');
}

function hasConfig(options: unknown): boolean {
  return (
    typeof options === 'object' && options !== null && 'config' in options && options.config !== undefined
  );
}

function pluginsText(options: unknown): string {
  const { plugins = [] } = (options ?? {}) as { readonly plugins?: readonly string[] };
  return plugins.length === 0 ? '' : ` and plugins ${plugins.join(', ')}`;
}

function optionsText(name: string, options: unknown): string {
  const text = JSON.stringify(options ?? {});
  return text === '{}' ? name : `${name} ${text}`;
}
