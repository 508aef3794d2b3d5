import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useTexts } from '../../i18n/language';
import { CodeEditor } from './editor/code-editor';
import { completeTemplate } from './editor/completion';
import type { Known } from './editor/known-values';

const PLACEHOLDER = /(<[^<>]+>)/;

/** Edits an input template. */
export function TemplateEditor(properties: {
  label: string;
  hint: string;
  template: string;
  /** What can stand between `<` and `>`. */
  known: readonly Known[];
  error: string | undefined;
  /** Makes a template of the sample; absent where there is nothing to make one of. */
  onMake?: (() => void) | undefined;
  onChange: (template: string) => void;
}) {
  const { label, hint, template, known, error, onMake, onChange } = properties;
  const { pipes, editor } = useTexts();
  return (
    <FormField stretch label={label} description={`${hint} ${editor.keys}`} errorText={error}>
      <SpaceBetween size="xs">
        <CodeEditor
          label={label}
          rows={8}
          value={template}
          marked={PLACEHOLDER}
          invalid={error !== undefined}
          complete={(text, caret, open) => completeTemplate(text, caret, known, open)}
          onChange={onChange}
        />
        {onMake && (
          <Button formAction="none" onClick={onMake}>
            {pipes.templateOfTable}
          </Button>
        )}
      </SpaceBetween>
    </FormField>
  );
}
