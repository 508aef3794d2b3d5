import { useCallback, useEffect, useRef, useState } from 'react';
import { batchPut, type TableDescription } from '../../../api/dynamodb';
import { ApiError } from '../../../api/http';
import { useTexts } from '../../../i18n/language';
import { keyAttributes, keysFor } from '../keys';
import type { Column } from './csv-item';
import type { Problem } from './item';
import { readItems, type Format } from './item-reader';
import { ItemWriter } from './item-writer';

/** Refused lines that are kept; the rest is counted. */
const MAX_REFUSED = 10_000;
const DRAW_EVERY_MS = 250;
/** Errors that are about what was sent. */
const REFUSALS = new Set(['ValidationException', 'SerializationException']);

export interface RefusedLine {
  line: number;
  reason: string;
}

export interface ImportState {
  isRunning: boolean;
  isStopped: boolean;
  /** Of 1. */
  share: number;
  written: number;
  refusedCount: number;
  refused: readonly RefusedLine[];
  error?: unknown;
}

/** Brings a file's items into a table. */
export function useImport(table: TableDescription) {
  const { files } = useTexts();
  const [state, setState] = useState<ImportState>();
  const running = useRef<AbortController>(undefined);
  const stop = useCallback(() => running.current?.abort(), []);
  useEffect(() => stop, [stop]);
  const start = async (
    source: Blob,
    format: Format,
    columns?: readonly Column[],
  ): Promise<void> => {
    const controller = new AbortController();
    running.current = controller;
    const { signal } = controller;
    const now: ImportState = {
      isRunning: true,
      isStopped: false,
      share: 0,
      written: 0,
      refusedCount: 0,
      refused: [],
    };
    const refused: RefusedLine[] = [];
    const draw = (): void => setState({ ...now, refused: [...refused] });
    const refuse = (line: number, reason: string): void => {
      now.refusedCount += 1;
      if (refused.length < MAX_REFUSED) refused.push({ line, reason });
    };
    const wordsOf = ({ code, detail }: Problem): string => files.problems[code](detail);
    const writer = new ItemWriter({
      put: (items) => batchPut(table.TableName, items, signal),
      keyOf: (item) => JSON.stringify(keyAttributes(table, item)),
      isRefusal: (error) => error instanceof ApiError && REFUSALS.has(error.code),
      onWritten: (count) => (now.written += count),
      onRefused: refuse,
      wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      notTaken: files.notTaken,
    });
    draw();
    const timer = setInterval(draw, DRAW_EVERY_MS);
    try {
      const pieces = piecesOf(source, (bytes) => (now.share = bytes / Math.max(source.size, 1)));
      const options = { format, keys: keysFor(table), ...(columns && { columns }) };
      for await (const lines of readItems(pieces, options))
        for (const one of lines) {
          signal.throwIfAborted();
          if (one.problem) refuse(one.line, wordsOf(one.problem));
          else await writer.add(one);
        }
      await writer.finish();
    } catch (error) {
      if (signal.aborted) now.isStopped = true;
      else now.error = error;
    }
    clearInterval(timer);
    refused.sort((one, other) => one.line - other.line);
    now.isRunning = false;
    draw();
  };
  return { state, start, stop };
}

/** A file's text as it is read; `onRead` is told how many bytes that were. */
async function* piecesOf(source: Blob, onRead: (bytes: number) => void): AsyncGenerator<string> {
  const reader = source.stream().getReader();
  const decoder = new TextDecoder();
  let bytes = 0;
  for (;;) {
    const { value, done } = await reader.read();
    if (done) break;
    bytes += value.length;
    onRead(bytes);
    yield decoder.decode(value, { stream: true });
  }
  yield decoder.decode();
}
