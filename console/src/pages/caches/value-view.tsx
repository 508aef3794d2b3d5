import Box from '@cloudscape-design/components/box';
import SegmentedControl from '@cloudscape-design/components/segmented-control';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useLanguage } from '../../i18n/language';
import { hexOf, prettyJson, textOf } from './value-forms';

type Form = 'text' | 'json' | 'hex';

/** A value in the form that the person chose. */
export function ValueView({ name, value }: { name: string; value: Uint8Array }) {
  const { language, texts } = useLanguage();
  const { caches } = texts;
  const [form, setForm] = useState<Form>('text');
  const shown = {
    text: () => textOf(value) ?? caches.notText,
    json: () => prettyJson(value) ?? caches.notJson,
    hex: () => hexOf(value),
  }[form]();
  return (
    <SpaceBetween size="xs">
      <Box variant="awsui-key-label">
        {caches.found(name, new Intl.NumberFormat(language).format(value.length))}
      </Box>
      <SegmentedControl
        label={caches.value}
        selectedId={form}
        options={[
          { id: 'text', text: caches.text },
          { id: 'json', text: caches.json },
          { id: 'hex', text: caches.hex },
        ]}
        onChange={({ detail }) => setForm(detail.selectedId as Form)}
      />
      <pre className="value mono" tabIndex={0} data-testid="cache-value">
        {shown}
      </pre>
    </SpaceBetween>
  );
}
