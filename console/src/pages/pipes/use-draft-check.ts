import { useEffect, useState } from 'react';
import { lintDraft, previewDraft, type Preview } from '../../api/preview';
import type { LintResult } from '../../api/lint';

const PREVIEW_AFTER_MS = 200;
const LINT_AFTER_MS = 500;

/** What the server says of a draft. What it said last stays until it says more. */
export interface DraftCheck {
  preview: Preview | undefined;
  lint: LintResult | undefined;
  /** Why there is no preview, and the pipe would be refused. */
  error: unknown;
  isWorking: boolean;
}

/** Asks the server for a draft's preview and findings, a moment after the last key. Without `definition` it does not ask. */
export function useDraftCheck(
  definition: object | undefined,
  record: object | undefined,
  enriched: unknown,
): DraftCheck {
  const asked = definition && JSON.stringify(definition);
  const shown = record && JSON.stringify([record, enriched]);
  const preview = useAnswer(
    asked !== undefined && shown !== undefined ? `${asked} ${shown}` : undefined,
    PREVIEW_AFTER_MS,
    () => previewDraft(definition!, record!, enriched),
  );
  const lint = useAnswer(asked, LINT_AFTER_MS, () => lintDraft(definition!));
  return {
    preview: preview.value,
    lint: lint.value,
    error: preview.error ?? lint.error,
    isWorking: preview.isWorking,
  };
}

/** The answer to what is asked with `key`; asked when the key has not changed for so long. */
function useAnswer<T>(
  key: string | undefined,
  afterMs: number,
  ask: () => Promise<T>,
): { value: T | undefined; error: unknown; isWorking: boolean } {
  const [state, setState] = useState<{ key?: string; value?: T; error?: unknown }>({});
  useEffect(() => {
    if (key === undefined) return undefined;
    let isWanted = true;
    const timer = setTimeout(() => {
      ask().then(
        (value) => isWanted && setState({ key, value }),
        (error: unknown) => isWanted && setState((before) => ({ ...before, key, error })),
      );
    }, afterMs);
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
    // What is asked is all in the key.
  }, [key]);
  if (key === undefined) return { value: undefined, error: undefined, isWorking: false };
  return { value: state.value, error: state.error, isWorking: state.key !== key };
}
