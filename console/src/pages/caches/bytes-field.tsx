import FormField from '@cloudscape-design/components/form-field';
import SegmentedControl from '@cloudscape-design/components/segmented-control';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Textarea from '@cloudscape-design/components/textarea';
import type { CacheKey } from '../../api/momento';
import { useTexts } from '../../i18n/language';
import { bytesOf } from './value-forms';

/** Whether bytes are as they are typed: base64 may be wrong. */
export function isTyped(value: CacheKey): boolean {
  return 'text' in value || bytesOf(value.base64) !== undefined;
}

/** Types a value: as text, or as bytes in base64. */
export function BytesField(properties: {
  label: string;
  rows: number;
  value: CacheKey;
  onChange: (value: CacheKey) => void;
}) {
  const { label, rows, value, onChange } = properties;
  const { topics } = useTexts();
  const form = 'text' in value ? 'text' : 'base64';
  const typed = 'text' in value ? value.text : value.base64;
  return (
    <FormField stretch label={label} errorText={!isTyped(value) && topics.notBase64}>
      <SpaceBetween size="xs">
        <SegmentedControl
          label={topics.form}
          selectedId={form}
          options={[
            { id: 'text', text: topics.text },
            { id: 'base64', text: topics.base64 },
          ]}
          onChange={({ detail }) =>
            onChange(detail.selectedId === 'text' ? { text: typed } : { base64: typed })
          }
        />
        <div className="mono">
          <Textarea
            ariaLabel={label}
            rows={rows}
            spellcheck={false}
            value={typed}
            onChange={({ detail }) =>
              onChange(form === 'text' ? { text: detail.value } : { base64: detail.value })
            }
          />
        </div>
      </SpaceBetween>
    </FormField>
  );
}
