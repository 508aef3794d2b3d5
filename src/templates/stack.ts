import { randomInt, randomUUID } from 'node:crypto';
import { makeArn, type Scope } from '../lib/arn.js';

const RECORD_VERSION = 1;
const RANDOM_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const RANDOM_LENGTH = 12;

/** Where stacks are remembered: one JSON text a stack. */
export interface StackStore {
  get(stackName: string): Promise<string | undefined>;
  set(stackName: string, json: string): Promise<void>;
}

/** What is known of a resource of a stack. */
export interface ResourceRecord {
  type: string;
  /** Its own name, given or made up. */
  name: string;
  /** Whether it has been up once. */
  isUp: boolean;
  /** Of the properties with which it is up; absent while it is being changed. */
  fingerprint?: string;
  /** The template does not have it any more, and its author was told so. */
  isRemoved?: true;
}

interface Document {
  version: number;
  uuid: string;
  resources: Record<string, ResourceRecord>;
}

/** What was brought up from a template, kept so that the next start goes on where this one ends. */
export class Stack {
  readonly name: string;
  readonly #store: StackStore;
  readonly #document: Document;

  private constructor(name: string, store: StackStore, document: Document) {
    this.name = name;
    this.#store = store;
    this.#document = document;
  }

  static async open(name: string, store: StackStore): Promise<Stack> {
    const text = await store.get(name);
    const document =
      text === undefined
        ? { version: RECORD_VERSION, uuid: randomUUID(), resources: {} }
        : (JSON.parse(text) as Document);
    if (document.version !== RECORD_VERSION)
      throw new Error(
        `The stack '${name}' was kept by a newer version of Freshet: start with that version, or with another data folder.`,
      );
    return new Stack(name, store, document);
  }

  id(scope: Scope): string {
    return makeArn(scope, 'cloudformation', `stack/${this.name}/${this.#document.uuid}`);
  }

  /** Tells this stack's fingerprints from those of other stacks. */
  get salt(): string {
    return this.#document.uuid;
  }

  resource(logicalId: string): ResourceRecord | undefined {
    const { resources } = this.#document;
    return Object.hasOwn(resources, logicalId) ? resources[logicalId] : undefined;
  }

  resources(): [logicalId: string, record: ResourceRecord][] {
    return Object.entries(this.#document.resources);
  }

  /** Remembers a resource; writes nothing when that is what is known. */
  async remember(logicalId: string, record: ResourceRecord): Promise<void> {
    const known = this.resource(logicalId);
    if (known && JSON.stringify(known) === JSON.stringify(record)) return;
    this.#document.resources[logicalId] = record;
    await this.#save();
  }

  async forget(logicalId: string): Promise<void> {
    // The ids are those of templates: alphanumeric.
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete
    delete this.#document.resources[logicalId];
    await this.#save();
  }

  /** A name for a resource whose template gives it none: `<stack>-<logical id>-<random>`, at most that long. */
  makeName(logicalId: string, maxLength: number): string {
    const random = Array.from(
      { length: RANDOM_LENGTH },
      () => RANDOM_ALPHABET[randomInt(RANDOM_ALPHABET.length)],
    ).join('');
    const speaking = `${this.name}-${logicalId}`.slice(0, maxLength - RANDOM_LENGTH - 1);
    return `${speaking.replace(/-+$/, '')}-${random}`;
  }

  #save(): Promise<void> {
    return this.#store.set(this.name, JSON.stringify(this.#document));
  }
}
