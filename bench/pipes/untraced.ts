// Loaded before a server from its sources: its pipes keep no trace. For the benchmark; no option does this.
import { PipeTrace } from '../../src/pipes/trace/pipe-trace.js';
import type { TraceEntry } from '../../src/pipes/trace/trace-entry.js';

const NOTHING = {
  attempts: [],
  begin: () => undefined,
  step: () => undefined,
  become: () => undefined,
} as unknown as TraceEntry;

PipeTrace.prototype.begin = () => NOTHING;
PipeTrace.prototype.note = () => undefined;
