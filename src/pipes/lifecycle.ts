import type { PipeCurrentState, PipeResource } from '../state/index.js';

/** What identifies a running pipe: its id, and the generation of its definition. */
export interface Running {
  id: string;
  generation: number;
}

export type Step =
  | { do: 'nothing' }
  /** Start what is defined. */
  | { do: 'run' }
  /** Stop what runs. `forget`: its definition is gone, and its checkpoints go with it. */
  | { do: 'stop'; forget: boolean }
  /** Nothing is left to do but to say so. */
  | { do: 'settle'; to: PipeCurrentState }
  /** Delete checkpoints and definition. */
  | { do: 'remove' };

/** States in which a pipe that is wanted runs, or is about to. */
const LIVE: ReadonlySet<PipeCurrentState> = new Set([
  'CREATING',
  'UPDATING',
  'STARTING',
  'RUNNING',
]);
/** States that must end: nothing may be found in them once all is settled. */
const UNSETTLED: ReadonlySet<PipeCurrentState> = new Set([...LIVE, 'STOPPING']);

/**
 * The next step that brings what runs closer to what is wanted. Steps are taken one by one until there
 * is nothing to do; after a crash the states found are treated like any others.
 */
export function nextStep(pipe: PipeResource | undefined, running: Running | undefined): Step {
  if (running !== undefined && running.id !== pipe?.id) return { do: 'stop', forget: true };
  if (pipe === undefined) return { do: 'nothing' };
  if (pipe.desiredState === 'DELETED' || pipe.currentState === 'DELETING')
    return running === undefined ? { do: 'remove' } : { do: 'stop', forget: false };
  if (pipe.desiredState === 'RUNNING' && LIVE.has(pipe.currentState)) {
    if (running === undefined) return { do: 'run' };
    if (running.generation !== pipe.generation) return { do: 'stop', forget: false };
    return pipe.currentState === 'RUNNING' ? { do: 'nothing' } : { do: 'settle', to: 'RUNNING' };
  }
  if (running !== undefined) return { do: 'stop', forget: false };
  return UNSETTLED.has(pipe.currentState) ? { do: 'settle', to: 'STOPPED' } : { do: 'nothing' };
}

/** The state of a pipe that could not be started, or not be kept running. */
export function failedState(from: PipeCurrentState): PipeCurrentState {
  if (from === 'CREATING') return 'CREATE_FAILED';
  if (from === 'UPDATING') return 'UPDATE_FAILED';
  if (from === 'STARTING') return 'START_FAILED';
  return 'STOPPED';
}
