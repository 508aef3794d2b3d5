import Autosuggest from '@cloudscape-design/components/autosuggest';
import { useId } from 'react';
import { useTexts } from '../../i18n/language';
import type { Known } from './editor/known-values';

/** A parameter that may be a text, or a path that is completed from what the samples have. */
export function ValueField(properties: {
  label: string;
  value: string;
  known: readonly Known[];
  invalid?: boolean;
  onChange: (value: string) => void;
}) {
  const { label, value, known, invalid = false, onChange } = properties;
  const { editor } = useTexts();
  const id = useId();
  return (
    <>
      {/* A field around it has another name, which an aria-label would come second to. */}
      <span id={id} hidden>
        {label}
      </span>
      <Autosuggest
        ariaLabelledby={id}
        value={value}
        invalid={invalid}
        // A text without a path is written as it is.
        options={
          value === '' || /^[$<]/.test(value)
            ? known.map(({ text, example }) => ({
                value: text.startsWith('$') ? text : `<${text}>`,
                description: example,
              }))
            : []
        }
        enteredTextLabel={editor.useValue}
        expandToViewport
        onChange={({ detail }) => onChange(detail.value)}
      />
    </>
  );
}
