import type {
  ApiDestinationResource,
  BackfillResource,
  CacheResource,
  Checkpoint,
  Checkpoints,
  Collection,
  ConnectionResource,
  DeadLetter,
  DeadLetters,
  PipeResource,
  Secrets,
  Settings,
  State,
} from '../../src/state/index.js';

class MemoryCollection<T extends { name: string }> implements Collection<T> {
  readonly #items = new Map<string, T>();
  readonly #listeners = new Set<(name: string) => void>();
  /** Writes are lost. */
  frozen = false;

  async get(name: string): Promise<T | undefined> {
    return structuredClone(this.#items.get(name));
  }

  async create(resource: T): Promise<boolean> {
    if (this.#items.has(resource.name)) return false;
    this.#items.set(resource.name, structuredClone(resource));
    this.#changed(resource.name);
    return true;
  }

  async update(name: string, change: (resource: T) => T | undefined): Promise<T | undefined> {
    const stored = this.#items.get(name);
    if (stored === undefined) return undefined;
    const changed = change(structuredClone(stored));
    if (changed === undefined || this.frozen) return structuredClone(stored);
    this.#items.set(name, structuredClone(changed));
    this.#changed(name);
    return changed;
  }

  async delete(name: string): Promise<boolean> {
    const existed = this.#items.delete(name);
    if (existed) this.#changed(name);
    return existed;
  }

  async list(options: { prefix?: string; after?: string; limit?: number } = {}): Promise<T[]> {
    const { prefix = '', after = '', limit = Infinity } = options;
    const names = [...this.#items.keys()].filter((name) => name.startsWith(prefix) && name > after);
    return names
      .sort()
      .slice(0, limit)
      .map((name) => structuredClone(this.#items.get(name)!));
  }

  onChange(listener: (name: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #changed(name: string): void {
    for (const listener of this.#listeners) listener(name);
  }
}

class MemoryCheckpoints implements Checkpoints {
  readonly saved = new Map<string, Map<string, Checkpoint>>();
  saves = 0;
  frozen = false;
  /** Rejects the next lists. */
  errors: Error[] = [];

  async list(owner: string): Promise<Map<string, Checkpoint>> {
    const error = this.errors.shift();
    if (error) throw error;
    return new Map(this.saved.get(owner));
  }

  async save(owner: string, shardId: string, checkpoint: Checkpoint): Promise<boolean> {
    this.saves += 1;
    if (this.frozen) return true;
    const shards = this.saved.get(owner) ?? new Map<string, Checkpoint>();
    this.saved.set(owner, shards.set(shardId, checkpoint));
    return true;
  }

  async delete(owner: string, shardId: string): Promise<boolean> {
    if (!this.frozen) this.saved.get(owner)?.delete(shardId);
    return true;
  }

  async deleteAll(owner: string): Promise<void> {
    this.saved.delete(owner);
  }
}

class MemoryDeadLetters implements DeadLetters {
  readonly letters: DeadLetter[] = [];
  /** Rejects the next adds. */
  errors: Error[] = [];

  async add(letter: DeadLetter): Promise<void> {
    const error = this.errors.shift();
    if (error) throw error;
    const same = this.letters.findIndex(
      ({ pipeName, id }) => pipeName === letter.pipeName && id === letter.id,
    );
    this.letters.splice(same < 0 ? this.letters.length : same, 1, structuredClone(letter));
  }

  async get(pipeName: string, id: string): Promise<DeadLetter | undefined> {
    return this.letters.find((letter) => letter.pipeName === pipeName && letter.id === id);
  }

  async list(pipeName: string): Promise<DeadLetter[]> {
    return this.letters.filter((letter) => letter.pipeName === pipeName);
  }

  async delete(): Promise<void> {
    throw new Error('not used here');
  }
}

/** The state table in memory. */
export class MemoryState implements Omit<State, 'queues' | 'queueMessages'> {
  readonly connections = new MemoryCollection<ConnectionResource>();
  readonly apiDestinations = new MemoryCollection<ApiDestinationResource>();
  readonly pipes = new MemoryCollection<PipeResource>();
  readonly backfills = new MemoryCollection<BackfillResource>();
  readonly caches = new MemoryCollection<CacheResource>();
  readonly checkpoints = new MemoryCheckpoints();
  readonly deadLetters = new MemoryDeadLetters();

  /** From now on saved checkpoints and progress are lost, as if the process had died. */
  freeze(): void {
    this.checkpoints.frozen = true;
    this.backfills.frozen = true;
  }

  thaw(): void {
    this.checkpoints.frozen = false;
    this.backfills.frozen = false;
  }

  /** The saved position of a pipe in a shard; undefined when there is none. */
  position(shardId = 'shard-1', owner = 'id-of-users'): string | undefined {
    return this.checkpoints.saved.get(owner)?.get(shardId)?.sequenceNumber;
  }

  get settings(): Settings {
    throw new Error('pipes have no business with settings');
  }

  get secrets(): Secrets {
    throw new Error('pipes have no business with secrets');
  }
}
