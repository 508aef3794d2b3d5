/** Level of a pipe's LogConfiguration, and of a record: what is logged is of the pipe's level or a graver one. */
export type LogLevel = 'ERROR' | 'INFO' | 'TRACE';

/** The stages that an event passes. */
export type StageName = 'Enrichment' | 'Target';

type OfStage = 'StageEntered' | 'StageSucceeded' | 'StageSkipped' | 'StageFailed';
type OfTransformation =
  'TransformationStarted' | 'TransformationSucceeded' | 'TransformationFailed';
type OfInvocation =
  'InvocationStarted' | 'InvocationSucceeded' | 'InvocationSkipped' | 'InvocationFailed';

export type MessageType =
  | 'ExecutionStarted'
  | 'ExecutionSucceeded'
  | 'ExecutionFailed'
  | `${StageName}${OfStage | OfTransformation | OfInvocation}`;

const GRAVITY: readonly LogLevel[] = ['ERROR', 'INFO', 'TRACE'];

/** The level of a record (reference: pipes, section 8). */
export function levelOf(messageType: MessageType): LogLevel {
  if (messageType.endsWith('Failed')) return 'ERROR';
  return messageType.startsWith('Execution') || messageType.includes('Stage') ? 'INFO' : 'TRACE';
}

/** Whether a pipe of one level logs what is of another. */
export const isLogged = (pipe: LogLevel, record: LogLevel): boolean =>
  GRAVITY.indexOf(record) <= GRAVITY.indexOf(pipe);
