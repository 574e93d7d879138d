import type { DecisionSample, SampledDecision } from '../../experiment/explanation.ts';
import { decodeFrames } from '../frames/frames-codec.ts';
import { type Frames, taskTitle } from '../frames/frames.ts';
import type { Cursor } from '../frames/cursor.ts';
import { Playback } from '../frames/playback.ts';
import type { PageFacts } from '../page-facts.ts';
import type { Selection, View } from './view-state.ts';

/** A platform as the page replays it. */
export interface Platform {
  readonly name: string;
  readonly position: number;
  readonly frames: Frames;
  readonly playback: Playback;
  readonly sample: DecisionSample | null;
  /** Result directory for commands. */
  readonly directory: string;
}

/** Everything that the page was given. */
export interface Replay {
  readonly platforms: readonly Platform[];
  readonly endMs: number;
  /** The command that writes the platforms' directories, when they have not been; null otherwise. */
  readonly writtenBy: string | null;
  /** Names of services, jobs and traces on any platform: their place is their colour. */
  readonly groups: readonly string[];
}

/** Unpacks what stands in the document. */
export async function loadReplay(): Promise<Replay> {
  const facts = JSON.parse(textOf('facts')) as PageFacts;
  const samples = JSON.parse(new TextDecoder().decode(await unpacked('decision-data'))) as DecisionSample[];
  const platforms = await Promise.all(
    facts.platforms.map(async ({ name, directory }, position): Promise<Platform> => {
      const frames = decodeFrames(await unpacked(`frames-${position}`));
      const sample = samples.find(({ platform }) => platform === name) ?? null;
      return { name, position, frames, playback: new Playback(frames), sample, directory };
    }),
  );
  const groups = [...new Set(platforms.flatMap(({ frames }) => frames.groups))];
  const endMs = Math.max(1, ...platforms.map(({ frames }) => frames.endMs));
  return { platforms, endMs, writtenBy: facts.writtenBy, groups };
}

function textOf(id: string): string {
  return document.getElementById(id)?.textContent ?? '';
}

/** Base64 of gzip, without the network: `fetch` of a data address would need a hole in the policy. */
async function unpacked(id: string): Promise<Uint8Array> {
  const packed = atob(textOf(id));
  const bytes = new Uint8Array(packed.length);
  for (let index = 0; index < packed.length; index++) bytes[index] = packed.charCodeAt(index);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Where a platform stands: at the time of the view, or in the middle of an instant while stepping through it. */
export function cursorOf({ timeMs, step }: View, { position, playback }: Platform): Cursor {
  return step?.platform === position ? playback.after(step.attempt) : playback.at(timeMs);
}

/** The placement after the view's moment, or the one before; null at the ends. */
export function nextStep(view: View, platform: Platform, direction: 1 | -1): Partial<View> | null {
  const { next } = cursorOf(view, platform);
  const attempt = direction > 0 ? next : next - (view.step?.platform === platform.position ? 2 : 1);
  if (attempt < 0 || attempt >= platform.playback.placements) return null;
  return placementView(platform, attempt);
}

/** The view just after a placement, its task selected. */
export function placementView({ position, frames }: Platform, attempt: number): Partial<View> {
  const instance = frames.attempts.instance[attempt]!;
  return {
    timeMs: frames.attempts.placedMs[attempt]!,
    step: { platform: position, attempt },
    selection: { platform: position, instance, attempt },
  };
}

/** The explanation of a placement, if it is among those that were sampled. */
export function explanationOf(platform: Platform, attempt: number): SampledDecision | null {
  const { frames, sample } = platform;
  const title = taskTitle(frames, attempt);
  const placedMs = frames.attempts.placedMs[attempt]!;
  const instance = frames.instances.names[frames.attempts.instance[attempt]!];
  const isThis = (one: SampledDecision) =>
    one.task === title && one.chosen === instance && Math.abs(one.timeMs - placedMs) <= BINDING_MS;
  return sample?.sampled.find(isThis) ?? null;
}

/** kube-scheduler binds a while after it has decided: the same task on the same instance is the same decision. */
const BINDING_MS = 60_000;

/** Index of the attempt that a decision placed; -1 when it placed none, or it was left out of the page. */
export function attemptOf({ frames, playback }: Platform, { task, timeMs, chosen }: SampledDecision): number {
  const instance = frames.instances.names.indexOf(chosen ?? '');
  if (instance < 0) return -1;
  const { attempts } = frames;
  const from = Math.max(0, playback.at(timeMs - 1).next);
  const to = playback.at(timeMs + BINDING_MS).next;
  for (let attempt = from; attempt < to; attempt++) {
    if (attempts.instance[attempt] === instance && taskTitle(frames, attempt) === task) return attempt;
  }
  return -1;
}

/** Is the selection one that this page has? Addresses are typed by people. */
export function isKnown({ platforms }: Replay, selection: Selection | null | undefined): boolean {
  if (!selection) return false;
  const frames = platforms[selection.platform]?.frames;
  if (frames === undefined) return false;
  const { instance, attempt } = selection;
  if (instance === null) return attempt !== null && attempt < frames.attempts.length;
  if (instance >= frames.instances.names.length) return false;
  return attempt === null || frames.attempts.instance[attempt] === instance;
}
