import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import type { LintResult } from '../../api/lint';
import { useTexts } from '../../i18n/language';
import { fixesOf, type Fix } from './lint-fixes';
import { definitionOf, withStages, type PipeDraft } from './pipe-draft';

/** What a draft probably gets wrong, each with what mends it. */
export function DraftFindings(properties: {
  lint: LintResult;
  draft: PipeDraft;
  /** Paths that the samples have. */
  known: readonly string[];
  onChange: (draft: PipeDraft) => void;
}) {
  const { lint: result, draft, known, onChange } = properties;
  const { lint, editor } = useTexts();
  const mend = ({ input, tags }: Fix): void =>
    onChange({
      ...(input ? withStages(draft, input) : draft),
      extensions: { ...draft.extensions, ...tags },
    });
  if (result.warnings.length === 0)
    return <StatusIndicator>{editor.noFindings(result.samples)}</StatusIndicator>;
  return (
    <SpaceBetween size="xs">
      {result.warnings.map((warning) => (
        <Alert key={`${warning.code} ${warning.path ?? ''}`} type="warning">
          <SpaceBetween size="xs">
            <span className="breakable">{lint.says(warning)}</span>
            {fixesOf(warning, definitionOf(draft), known).map((fix) => (
              <Button key={fix.kind} formAction="none" wrapText onClick={() => mend(fix)}>
                {fix.kind === 'path' ? lint.fixes.path(fix.with!) : lint.fixes[fix.kind]}
              </Button>
            ))}
          </SpaceBetween>
        </Alert>
      ))}
    </SpaceBetween>
  );
}
