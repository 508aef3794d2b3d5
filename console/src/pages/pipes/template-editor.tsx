import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import FormField from '@cloudscape-design/components/form-field';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Textarea, { type TextareaProps } from '@cloudscape-design/components/textarea';
import { useRef } from 'react';
import { useTexts } from '../../i18n/language';
import { pathsOf, templateOf } from './render';

/** Edits an input template; paths are put in from those that the sample has. */
export function TemplateEditor(properties: {
  template: string;
  sample: string;
  onChange: (template: string) => void;
}) {
  const { template, sample, onChange } = properties;
  const { pipes } = useTexts();
  const frame = useRef<HTMLDivElement>(null);
  const editor = useRef<TextareaProps.Ref>(null);
  const insert = (path: string): void => {
    const area = frame.current?.querySelector('textarea');
    const [start, end] = [
      area?.selectionStart ?? template.length,
      area?.selectionEnd ?? template.length,
    ];
    onChange(`${template.slice(0, start)}<${path}>${template.slice(end)}`);
    editor.current?.focus();
  };
  return (
    <FormField stretch label={pipes.template} description={pipes.templateHint}>
      <SpaceBetween size="xs">
        <SpaceBetween direction="horizontal" size="xs">
          <ButtonDropdown
            items={pathsOf(sample).map((path) => ({ id: path, text: path }))}
            expandToViewport
            onItemClick={({ detail }) => insert(detail.id)}
          >
            {pipes.paths}
          </ButtonDropdown>
          <Button formAction="none" onClick={() => onChange(templateOf(sample))}>
            {pipes.templateOfTable}
          </Button>
        </SpaceBetween>
        <div className="mono" ref={frame}>
          <Textarea
            ref={editor}
            ariaLabel={pipes.template}
            rows={6}
            spellcheck={false}
            value={template}
            onChange={({ detail }) => onChange(detail.value)}
          />
        </div>
        <Box>
          <Highlighted template={template} />
        </Box>
      </SpaceBetween>
    </FormField>
  );
}

/** The template with its placeholders set off. */
function Highlighted({ template }: { template: string }) {
  if (template === '') return null;
  const parts = template.split(/(<[^<>]+>)/);
  return (
    <pre className="value mono" tabIndex={0}>
      {parts.map((part, index) => (index % 2 === 1 ? <mark key={index}>{part}</mark> : part))}
    </pre>
  );
}
