import { AwsError } from '../lib/aws-error.js';

/**
 * Errors of SQS with their codes in the JSON protocol. Texts are recorded where the service's own are known
 * from its clients' bug reports and test suites, else inferred from the documentation.
 */
export const queueDoesNotExist = (): AwsError =>
  new AwsError('QueueDoesNotExist', 'The specified queue does not exist.');

export const missingParameter = (name: string): AwsError =>
  new AwsError('MissingParameter', `The request must contain the parameter ${name}.`);

export const invalidParameter = (message: string): AwsError =>
  new AwsError('InvalidParameterValue', message);

export const invalidValue = (value: unknown, name: string, reason: string): AwsError =>
  invalidParameter(`Value ${String(value)} for parameter ${name} is invalid. Reason: ${reason}`);

/** What goes only with FIFO queues, or only with the others. */
export const wrongQueueType = (value: unknown, name: string): AwsError =>
  invalidValue(value, name, 'The request include parameter that is not valid for this queue type.');
