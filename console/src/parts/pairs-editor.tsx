import AttributeEditor from '@cloudscape-design/components/attribute-editor';
import Input from '@cloudscape-design/components/input';
import type { ReactNode } from 'react';
import { useTexts } from '../i18n/language';

/** A line of a list of names and values. */
export interface Pair {
  key: string;
  value: string;
}

/** Edits headers or query parameters. */
export function PairsEditor(properties: {
  label: string;
  pairs: Pair[];
  /** The field of a value, where it is another than a plain one. */
  valueField?: (field: {
    label: string;
    value: string;
    onChange: (value: string) => void;
  }) => ReactNode;
  onChange: (pairs: Pair[]) => void;
}) {
  const { label, pairs, valueField, onChange } = properties;
  const { shell, pipes } = useTexts();
  const input = (field: keyof Pair, fieldLabel: string) =>
    function PairInput(pair: Pair, index: number) {
      const ariaLabel = `${label}: ${fieldLabel} ${String(index + 1)}`;
      const set = (value: string): void =>
        onChange(pairs.map((one, at) => (at === index ? { ...one, [field]: value } : one)));
      if (field === 'value' && valueField)
        return valueField({ label: ariaLabel, value: pair.value, onChange: set });
      return (
        <Input
          ariaLabel={ariaLabel}
          value={pair[field]}
          onChange={({ detail }) => set(detail.value)}
        />
      );
    };
  return (
    <AttributeEditor
      items={pairs}
      addButtonText={`${label}: ${pipes.addLine}`}
      removeButtonText={shell.remove}
      empty={pipes.nothingHere}
      onAddButtonClick={() => onChange([...pairs, { key: '', value: '' }])}
      onRemoveButtonClick={({ detail }) =>
        onChange(pairs.filter((_, index) => index !== detail.itemIndex))
      }
      definition={[
        { label: pipes.key, control: input('key', pipes.key) },
        { label: pipes.value, control: input('value', pipes.value) },
      ]}
    />
  );
}
